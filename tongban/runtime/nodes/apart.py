"""Work in another node's database: in a process of its own, so that no key and nothing known is mixed up."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from tongban.kernel.errors import N_, Failure, Invalid
from tongban.runtime import boot, environment, processes
from tongban.runtime.database import connection_settings

Work = Callable[[], Any]


def become(variables: Mapping[str, str]) -> None:
    """Make this process, which has touched no database yet, one of the node that the variables name."""
    from django.conf import settings
    from django.db import connections

    os.environ.update(variables)
    own = environment.read(os.environ)
    settings.ENVIRONMENT, settings.SECRET_KEY, settings.MASTER_KEY = own, own.secret_key, own.master_key
    settings.DEPARTMENT_DATABASES = own.department_databases
    connections["default"].settings_dict.update(connection_settings(own))


def run_as(variables: Mapping[str, str], work: Work) -> Any:
    """Return what the work gives in a process of its own that works for a node; raise Invalid with what its Failure says."""
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(variables, work, theirs))
    process.start()
    theirs.close()
    try:
        found, failed = ours.recv()
    except EOFError:
        found, failed = None, ("node-not-prepared", N_("节点没有准备好，原因见上面的输出。"), {})
    process.join()
    if failed:
        code, sentence, values = failed
        raise Invalid(code, sentence, **values)
    return found


def _run(variables: Mapping[str, str], work: Work, answers: Connection) -> None:
    processes.end_with_parent()
    become(variables)
    try:
        answers.send((work(), None))
    except Failure as failure:
        answers.send((None, (failure.code, failure.sentence, failure.values)))
    finally:
        boot.disconnect()
