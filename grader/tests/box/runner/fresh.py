"""Runs in the reference kernel: takes back what a notebook leaves there beside its names."""

from __future__ import annotations

import decimal
import logging
import os
import sys
import warnings

import numpy
from IPython import get_ipython
from matplotlib import pyplot

KEPT_FILTERS = list(warnings.filters)
KEPT_ENVIRONMENT = dict(os.environ)
KEPT_FLAGS = get_ipython().compile.flags


def fresh(folder: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(KEPT_ENVIRONMENT)
    warnings.filters[:] = KEPT_FILTERS
    pyplot.close("all")
    # IPython notes here that something was drawn, and %run then shows an empty figure
    if hasattr(pyplot.draw_if_interactive, "called"):
        pyplot.draw_if_interactive.called = False
    logging.getLogger().handlers.clear()
    decimal.setcontext(decimal.Context())
    numpy.set_printoptions(precision=8)
    numpy.seterr(all="warn", under="ignore")
    shell = get_ipython()
    shell.display_formatter.formatters["text/plain"].float_precision = ""
    shell.ast_node_interactivity = "last_expr"
    shell.compile.flags = KEPT_FLAGS
    shell.user_ns.pop("open", None)
    shell.reset(new_session=True)
    for name, module in list(sys.modules.items()):
        if "/gw-case-" in str(getattr(module, "__file__", "")):
            del sys.modules[name]
