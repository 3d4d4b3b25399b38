"""The few words of our own that the commands print, in every language of `--lang`."""

from __future__ import annotations

from gradewright.api.texts import Text, in_language

WORDS: dict[str, Text] = {
    "topic": {"zh": "主题", "en": "topic"},
    "version": {"zh": "版本", "en": "version"},
    "title": {"zh": "标题", "en": "title"},
    "assignment": {"zh": "作业", "en": "assignment"},
    "assignments": {"zh": "作业", "en": "assignments"},
    "question": {"zh": "题目", "en": "question"},
    "questions": {"zh": "题目", "en": "questions"},
    "points": {"zh": "分值", "en": "points"},
    "functions": {"zh": "函数", "en": "functions"},
    "needs": {"zh": "依赖", "en": "needs"},
    "checks": {"zh": "检查", "en": "checks"},
    "check": {"zh": "检查", "en": "check"},
    "hidden": {"zh": "隐藏", "en": "hidden"},
    "public": {"zh": "公开", "en": "public"},
    "prop": {"zh": "性质", "en": "property"},
    "weight": {"zh": "权重", "en": "weight"},
    "kind": {"zh": "类型", "en": "kind"},
    "misconceptions": {"zh": "误解", "en": "misconceptions"},
    "manual": {"zh": "人工评分", "en": "manual"},
    "rubric": {"zh": "评分细则", "en": "rubric"},
    "minutes": {"zh": "分钟", "en": "minutes"},
    "languages": {"zh": "语言", "en": "languages"},
    "allowed": {"zh": "允许", "en": "allowed"},
    "banned": {"zh": "禁用", "en": "banned"},
    "data": {"zh": "数据", "en": "data"},
    "files": {"zh": "附加文件", "en": "extra files"},
    "tested": {"zh": "检查什么", "en": "what is tested"},
    "criterion": {"zh": "评分点", "en": "criterion"},
    "owner": {"zh": "来源", "en": "from"},
    "broken": {"zh": "已损坏：{error}", "en": "broken: {error}"},
    "samples": {"zh": "样例", "en": "samples"},
    "not_verified": {"zh": "未验证", "en": "not verified"},
    "verified": {"zh": "已验证", "en": "verified"},
    "promises_broken": {"zh": "验证未通过", "en": "broken promises"},
    "mutants": {
        "zh": "变异体 {killed}/{made}（豁免 {exempt}）",
        "en": "mutants {killed}/{made} ({exempt} exempt)",
    },
    "mutants_sampled": {
        "zh": "变异体抽样 {killed}/{made}（豁免 {exempt}）",
        "en": "mutants {killed}/{made} of a sample ({exempt} exempt)",
    },
    "no_topics": {
        "zh": "没有可用的主题；请安装一个，或用 --topic DIR 指定其文件夹。",
        "en": "There are no topics; install one, or name its folder with --topic DIR.",
    },
}


def word(key: str, language: str, **fields: object) -> str:
    """The word in a language, with its fields filled."""
    return in_language(WORDS[key], language).format(**fields)
