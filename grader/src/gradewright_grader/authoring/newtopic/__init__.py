"""A new topic: a small one that works, to be changed piece by piece into the author's own.

`files/` holds it as text files with `{{name}}` in them; `writing` fills them in, leaves out the
languages that are not wanted, and writes the folder. What a topic consists of is told in
docs/topic-format.md, how to make one in docs/writing-a-topic.md.
"""

from gradewright_grader.authoring.newtopic.writing import LANGUAGES, new_topic, topic_files

__all__ = ["LANGUAGES", "new_topic", "topic_files"]
