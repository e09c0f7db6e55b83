"""What `lifecycle import` says: what was read as what, what was assumed, and what to do next."""

import zoneinfo

from lifecycle_utils.errors import UsageError
from lifecycle_utils.importers.propose import import_csv
from lifecycle_utils.importers.run import import_system


def run(system, path, out_folder, settings, time_zone, *, out, err):
    """Import an export and tell what was done.

    Parameters
    ----------
    settings : list of "KEY=VALUE"
    out, err : where to write

    Raises
    ------
    UsageError, InputError, OutputError
    """
    pairs = [tuple(one.split("=", 1)) for one in settings]
    if any(len(pair) != 2 for pair in pairs):
        raise UsageError("--set takes KEY=VALUE, for example --set money=minor")
    try:
        zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"--time-zone {time_zone!r} is not a name of the time zone database, for example Europe/Warsaw") from None
    if system == "csv":
        if pairs:
            raise UsageError("--set is for systems; for csv, edit the lifecycle.toml that is proposed")
        out.write(import_csv(path, out_folder))
    else:
        done = import_system(system, path, out_folder, options=pairs, time_zone=time_zone)
        for sentence in done.told:
            err.write(f"{sentence}\n")
        for name, rows in done.rows.items():
            out.write(f"{done.folder / (name + '.csv')}: {rows} rows\n")
    err.write(f"next: lifecycle check --data {out_folder}\n")
