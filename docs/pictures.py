"""Take the pictures of README from the newest report of a folder of reports: `make pictures`."""

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent / "images"
#: Picture name to (page, width, height, colour scheme, what of the page; "" is the window).
PICTURES = {
    "report": ("index.html", 1280, 720, "light", ""),
    "churn": ("highest_churn_month.html", 1280, 900, "light", "figure"),
    "phone": ("index.html", 390, 780, "dark", ""),
}


def take(report, folder=FOLDER):
    """Open the pages of the report folder in Chromium and save small pictures of them."""
    folder.mkdir(exist_ok=True)
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for name, (page_name, width, height, scheme, part) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto((report / page_name).resolve().as_uri())
            path = folder / f"{name}.png"
            (page.locator(part).first if part else page).screenshot(path=path)
            with Image.open(path) as picture:
                picture.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
        browser.close()


def newest(reports):
    """The folder of the newest month for which there is a report."""
    found = sorted(page.parent for page in Path(reports).glob("[0-9]*-[0-9]*/index.html"))
    if not found:
        raise SystemExit(f"there is no report in {reports}")
    return found[-1]


if __name__ == "__main__":
    take(newest(sys.argv[1]))
