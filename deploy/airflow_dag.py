"""An Airflow DAG: one task per notebook through Airflow's PapermillOperator, or the whole report as one command.

The report is the better task: it checks, builds aside and swaps in whole. The operator is for a notebook that feeds another DAG.
"""

from datetime import datetime, timedelta

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

KIT = "/srv/lifecycle"

with DAG(
    "lifecycle_report",
    schedule="17 6 2 * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=15)},
) as dag:
    BashOperator(
        task_id="report",
        # The month before the day of the run: a retry next week still makes the same report.
        bash_command=f"{KIT}/.venv/bin/lifecycle report --data /srv/exports --out /srv/reports"
        " --month {{ macros.ds_format(macros.ds_add(data_interval_end.strftime('%Y-%m-01'), -1), '%Y-%m-%d', '%Y-%m') }}",
    )
    PapermillOperator(
        task_id="lifetime_value",
        input_nb=f"{KIT}/notebooks/05_lifetime_value.ipynb",
        output_nb="/srv/reports/lifetime_value-{{ ds }}.ipynb",
        parameters={"data": "/srv/exports", "by": "plan"},
        kernel_name="python3",
        language_name="python",
    )
