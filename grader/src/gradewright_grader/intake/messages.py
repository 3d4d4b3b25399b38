"""The words of intake: why something is refused, and what is flagged; one line, zh and en."""

from __future__ import annotations

from typing import Final

from gradewright_grader.intake.submissions import Flag, Words

SHOWN: Final = 120  # characters of a foreign name in a message
PATH_SHOWN: Final = 900  # and of a path


class Refused(Exception):
    """This file is not taken. `kind` is a key of REASONS, `reason` its words, filled in."""

    def __init__(self, kind: str, /, **fields: object) -> None:
        self.kind = kind
        self.reason = _filled(REASONS[kind], fields)
        super().__init__(self.reason["en"])


def flag(kind: str, /, **fields: object) -> Flag:
    """A flag with its words."""
    return Flag(kind, _filled(FLAGS[kind], fields))


def shown(text: str, most: int = SHOWN) -> str:
    """A foreign name as part of one line: cut, nothing invisible, nothing that reorders text."""
    visible = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text[:most])
    cut = len(text) > most or len(visible) > most
    return visible[:most] + ("…" if cut else "")


def _filled(template: Words, fields: dict[str, object]) -> Words:
    safe = {key: shown(value) if isinstance(value, str) else value for key, value in fields.items()}
    return {language: text.format(**safe) for language, text in template.items()}


REASONS: Final[dict[str, Words]] = {
    "link": {
        "zh": "这是符号链接，只接受普通文件和文件夹：请放入文件本身，或直接给出真实路径。",
        "en": "this is a symbolic link, only regular files and folders are taken: put the file "
        "itself there, or name the real path",
    },
    "special": {
        "zh": "这是{what}，只接受普通文件：请放入 .ipynb 文件本身。",
        "en": "this is a {what}, only regular files are taken: put the .ipynb file itself there",
    },
    "folder": {
        "zh": "这是一个名为 “{name}” 的文件夹，.ipynb 应是文件：请把文件夹改名，或放入文件本身。",
        "en": 'this is a folder with the name "{name}", an .ipynb must be a file: rename the '
        "folder, or put the file itself there",
    },
    "unreadable": {
        "zh": "无法读取（{why}）：请给运行评分的用户读取权限后重新运行。",
        "en": "it cannot be read ({why}): give the user who grades the right to read it and run "
        "again",
    },
    "big": {
        "zh": "文件有 {size} 字节，最多允许 {limit} 字节：请清除所有输出，保存后重新提交。",
        "en": "the file has {size} bytes, at most {limit} are allowed: clear all outputs, save and "
        "hand it in again",
    },
    "changed": {
        "zh": "文件在读取时发生了变化：请等上传结束后重新运行。",
        "en": "the file changed while it was read: wait until the upload has ended and run again",
    },
    "drop": {
        "zh": "文件名中的摘要是 {named}，内容的摘要是 {actual}，两者应一致：传输不完整，请重新提交。",
        "en": "the digest in its name is {named}, that of its content {actual}, they must agree: "
        "the transfer was not complete, hand it in again",
    },
    "encoding": {
        "zh": "名称 “{name}” 不是合法的 UTF-8：请改名后重新运行。",
        "en": 'the name "{name}" is not valid UTF-8: rename it and run again',
    },
    "depth": {
        "zh": "文件夹嵌套超过 {limit} 层：请把 notebook 放到靠上的文件夹中。",
        "en": "it lies more than {limit} folders deep: move the notebook further up",
    },
    "crowded": {
        "zh": "其中超过 {limit} 个文件，这是上限：请只留下 notebook 及所需文件后重新运行。",
        "en": "there are more than {limit} files in it, the most that is allowed: leave only the "
        "notebooks and what they need, and run again",
    },
    "total": {
        "zh": "本次读取的总量将超过上限 {limit} 字节：请分几次运行。",
        "en": "all files together would exceed the limit of {limit} bytes: run it in several parts",
    },
    "student_total": {
        "zh": "这个学生的文件总量超过 {limit} 字节，这是上限，较旧的不再读取：请删去多余的文件后重新运行。",
        "en": "this student's files together exceed the limit of {limit} bytes, older ones are not "
        "read: remove what is not needed and run again",
    },
    "suffix": {
        "zh": "“{name}” 不是 .ipynb 文件、文件夹或 .zip：请给出其中之一。",
        "en": '"{name}" is no .ipynb file, no folder and no .zip: name one of these',
    },
    "renamed": {
        "zh": "“{name}” 多了一个后缀，文件名应以 .ipynb 结尾（浏览器有时会加后缀）：请改名后重新提交。",
        "en": '"{name}" has one suffix too many, it must end with .ipynb (browsers add some): '
        "rename it and hand it in again",
    },
    "none": {
        "zh": "没有 .ipynb 文件，只有 {names}：请提交 Jupyter、VS Code 或 Colab 保存的 .ipynb。",
        "en": "there is no .ipynb file, only {names}: hand in the .ipynb that Jupyter, VS Code or "
        "Colab saves",
    },
    "nameless": {
        "zh": "由 “{name}” 得不到学生的名字（{why}），名字应是 1 到 {limit} 个可见字符：请改名后重新运行。",
        "en": '"{name}" gives no student\'s name ({why}), it must be 1 to {limit} visible '
        "characters: rename it and run again",
    },
    "collision": {
        "zh": "“{own}” 和 {others} 都是学生 “{student}”，一个学生只能有一个名称：请改名以区分或合并。",
        "en": '"{own}" and {others} are both the student "{student}", one student has one name: '
        "rename them to tell them apart, or put them together",
    },
    "zip": {
        "zh": "压缩包无法读取（{why}），应是普通的 .zip：请重新下载或重新打包。",
        "en": "the archive cannot be read ({why}), it must be an ordinary .zip: download or pack "
        "it again",
    },
    "zip_total": {
        "zh": "压缩包解开后声称有 {size} 字节，最多允许 {limit} 字节：请去掉大文件后重新打包。",
        "en": "the archive declares {size} bytes unpacked, at most {limit} are allowed: pack it "
        "again without the large files",
    },
    "zip_overlap": {
        "zh": "压缩包中的文件互相重叠，像是压缩炸弹，每个文件应有自己的数据：请重新打包。",
        "en": "members of the archive overlap, as in a zip bomb, each must have data of its own: "
        "pack it again",
    },
    "zip_ratio": {
        "zh": "压缩比是 {ratio}，超过 1 MB 的文件最多允许 {limit}，像是压缩炸弹：请提交未压缩的 .ipynb。",
        "en": "it is packed {ratio} to 1, above 1 MB at most {limit} to 1 is allowed, as this looks "
        "like a zip bomb: hand in the .ipynb itself",
    },
    "zip_member": {
        "zh": "压缩包中的这个文件已损坏（{why}），应与压缩包的目录相符：请重新打包。",
        "en": "this member of the archive is damaged ({why}), it must be as the archive's list "
        "says: pack it again",
    },
    "zip_locked": {
        "zh": "压缩包中的这个文件有密码，应没有密码：请不设密码重新打包。",
        "en": "this member of the archive has a password, it must have none: pack it again without",
    },
    "zip_method": {
        "zh": "压缩方法是 {method}，允许 0（存储）和 8（deflate）：请用普通方式重新打包。",
        "en": "it is packed with method {method}, 0 (stored) and 8 (deflate) are allowed: pack it "
        "again in the ordinary way",
    },
    "zip_name": {
        "zh": "压缩包中的名称 “{name}” {why_zh}，应是相对的普通路径：请重新打包。",
        "en": 'the name "{name}" in the archive {why}, it must be a plain relative path: pack it '
        "again",
    },
    "zip_twice": {
        "zh": "压缩包中的名称 “{name}” 出现了 {count} 次，只允许一次：请重新打包。",
        "en": 'the name "{name}" stands {count} times in the archive, once is allowed: pack it '
        "again",
    },
    "nested": {
        "zh": "“{name}” 是其他文件中的压缩包，不会被打开：请解压后提交其中的 .ipynb。",
        "en": '"{name}" is an archive inside what was given, these are not opened: unpack it and '
        "hand in the .ipynb",
    },
}

FLAGS: Final[dict[str, Words]] = {
    "superseded": {
        "zh": "同一学生、同一作业还有更新的 “{by}”：以它为准，这一份不计。",
        "en": 'the same student has the newer "{by}" for this assignment: that one counts',
    },
    "several": {
        "zh": "该学生为这个作业交了 {count} 个 notebook：以这一份（最新）为准。",
        "en": "this student has {count} notebooks for this assignment: this one, the newest, counts",
    },
    "mismatch": {
        "zh": "按 {taken} 评分，但{where}说是 {other}：请确认没有交错。",
        "en": "graded as {taken}, but the {where_en} says {other}: look whether it is the right one",
    },
    "name": {
        "zh": "名称 “{raw}” 含不可见或不规范的字符，已规范为 “{student}”。",
        "en": 'the name "{raw}" has invisible or unusual characters, it is taken as "{student}"',
    },
    "guessed": {
        "zh": "压缩包没有说明 “{name}” 的编码，按 GBK 读取：请确认名字无误。",
        "en": 'the archive does not tell the encoding of "{name}", it was read as GBK: look '
        "whether the name is right",
    },
    "extra": {
        "zh": "附加文件 “{name}” 没有收取：{why_zh}",
        "en": 'the extra file "{name}" was not taken: {why}',
    },
}
