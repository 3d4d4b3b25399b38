"""Notebook content that strangers wrote, as HTML in which nothing of theirs can act.

Theory of operation. A page forbids scripts and everything from elsewhere by its policy (`POLICY`);
that is the second line of defence. The first is that foreign text becomes markup in exactly four
ways: escaped (`markup`), Markdown and formulas (`markdown`), highlighted code (`code`), and HTML
outputs; what may hold tags passes an allow-list of tags, attributes and classes (`safe`), in which
there is no link, no style, no id and no class of ours, so that an output can neither load, run nor
imitate a verdict. Pictures are data URIs whose bytes are what they claim to be (`images`).
Every step is bounded in size before it starts, since parsers can be made slow.

`cells` puts these together as the cells of a notebook, `frame` and `page.css` are the page around
them. Nothing here knows of grades: the pages themselves are made in `report` and `authoring`.
"""

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)
