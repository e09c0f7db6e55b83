"""A floor's front door that opens a module only when somebody asks for what is in it."""

import importlib
import sys
import types


class _Floor(types.ModuleType):
    """A package whose exports are imported when they are first used.

    Many an export is called like its module. Importing that module would put it in the export's place, so it is kept out of there.
    """

    def __getattr__(self, name):
        if name not in self._where:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name, obj=self)
        found = getattr(importlib.import_module(f"{self.__name__}.{self._where[name]}"), name)
        found = self._through(name, found) if self._through else found
        self.__dict__[name] = found
        return found

    def __setattr__(self, name, value):
        if not (name in self._where and isinstance(value, types.ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self):
        return sorted({*super().__dir__(), *self._where})


def export(package, exports, through=None):
    """Make the names of `exports` attributes of a package without importing their modules. Returns its `__all__`.

    Parameters
    ----------
    package : its `__name__`
    exports : dict of module of the package to the names that it lends, one blank between them
    through : called with each name and what was found under it; lends what it returns
    """
    floor = sys.modules[package]
    floor._where = {name: module for module, names in exports.items() for name in names.split()}
    floor._through = through
    floor.__class__ = _Floor
    return sorted(floor._where)
