# docker build -t lifecycle . ; docker run --rm -v /srv/exports:/data:ro -v /srv/reports:/reports lifecycle
FROM python:3.12-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /srv/lifecycle
COPY requirements.txt ./
RUN python -m pip install --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE requirements.in ./
COPY lifecycle_utils lifecycle_utils
COPY notebooks notebooks
COPY data/sample data/sample
RUN python -m pip install --no-deps --editable . \
    && useradd --create-home --uid 10001 lifecycle \
    && install --directory --owner lifecycle /reports

USER 10001
VOLUME ["/reports"]
ENTRYPOINT ["lifecycle"]
CMD ["report", "--data", "/data", "--out", "/reports"]
