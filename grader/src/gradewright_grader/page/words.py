"""What a page says about notebook content that it does not show."""

from __future__ import annotations

from typing import Final

from gradewright.api.texts import Text

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
