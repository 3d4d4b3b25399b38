"""The reference: the same job run by nbclient in a real kernel, which is started once.

Started as a script: `jupyter.py IN OUT`. Between jobs the kernel is reset, not restarted.
"""

from __future__ import annotations

import logging
import sys

import frames
import nbformat
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

RESET = "__import__('fresh').fresh({folder!r})"


class Reference:
    def __init__(self) -> None:
        book = nbformat.v4.new_notebook()
        self.client = NotebookClient(book, timeout=60, kernel_name="python3", allow_errors=True)
        self.client.log.setLevel(logging.CRITICAL)
        self.client.create_kernel_manager()
        self.client.start_new_kernel()
        self.client.start_new_kernel_client()

    def run(self, job: dict) -> list[dict]:
        cells = [nbformat.v4.new_code_cell(text) for text in job["cells"]]
        self.client.nb = nbformat.v4.new_notebook(cells=cells)
        self.client.reset_execution_trackers()
        self.silently(RESET.format(folder=job["folder"]))
        for index, cell in enumerate(cells):
            self.client.execute_cell(cell, index)
        return [
            {"outputs": cell.outputs, "execution_count": cell.execution_count} for cell in cells
        ]

    def silently(self, source: str) -> None:
        run_sync(self.client.kc.execute_interactive)(source, silent=True, timeout=60)

    def close(self) -> None:
        self.client._cleanup_kernel()


def main() -> None:
    requests, answers = int(sys.argv[1]), int(sys.argv[2])
    reference = Reference()
    frames.send(answers, {"ready": True})
    try:
        while True:
            frames.send(answers, {"runs": reference.run(frames.receive(requests))})
    except EOFError:
        reference.close()


if __name__ == "__main__":
    main()
