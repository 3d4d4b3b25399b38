"""Alembic's way in: run the migrations on the connection that the gradebook hands over.

The transaction is the gradebook's own, so that all migrations happen or none.
"""

from alembic import context

from gradewright_grader.gradebook.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
