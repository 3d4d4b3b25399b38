"""What a page says around the content of a notebook, and of content that it does not show."""

from __future__ import annotations

from typing import Final

from gradewright.api.texts import Text

# Without the script's name, browsers may pick Japanese forms of Chinese characters.
LANGUAGE_TAGS: Final = {"zh": "zh-Hans"}

SKIP: Final[Text] = {"zh": "跳到正文", "en": "Skip to the content"}
EMPTY_CELL: Final[Text] = {"zh": "（空单元格）", "en": "(an empty cell)"}
CELL_OUTPUT: Final[Text] = {"zh": "输出", "en": "Output"}
ROLES: Final[dict[str, Text]] = {
    "answer": {"zh": "作答", "en": "Answer"},
    "manual": {"zh": "书面作答", "en": "Written answer"},
    "given": {"zh": "已给出", "en": "Given"},
    "check": {"zh": "自测", "en": "Check"},
    "explore": {"zh": "探索", "en": "Explore"},
    "setup": {"zh": "准备", "en": "Setup"},
}
NOT_SHOWN: Final[dict[str, Text]] = {
    "remote": {
        "zh": "图片不在笔记本里，这里不从网上加载",
        "en": "a picture that is not in the notebook; nothing is loaded from elsewhere",
    },
    "script": {
        "zh": "这个输出需要运行脚本（{kind}），这里不运行。",
        "en": "This output needs a script ({kind}), which is not run here.",
    },
    "image": {
        "zh": "这个图片（{kind}）太大或不是有效的图片，没有显示。",
        "en": "This picture ({kind}) is too large or not a valid picture and is not shown.",
    },
    "html": {
        "zh": "这个输出的 HTML 太长或嵌套太深，改为显示纯文本。",
        "en": "The HTML of this output is too long or too deep; its plain text is shown.",
    },
    "text": {
        "zh": "…… 此处省略 {count} 个字符 ……",
        "en": "… {count} characters are left out here …",
    },
    "outputs": {
        "zh": "这个单元格还有 {count} 个输出没有显示。",
        "en": "{count} more outputs of this cell are not shown.",
    },
    "figure": {"zh": "输出的图片 {number}", "en": "output picture {number}"},
}


def language_tag(language: str) -> str:
    """The language for a browser."""
    return LANGUAGE_TAGS.get(language, language)
