"""Pages as trees, so that tests ask for elements and not for strings."""

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

VOID = frozenset(["br", "img", "input", "link", "meta", "path", "circle", "rect", "use", "line"])


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tree = TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.tree.end(tag)

    def handle_data(self, data: str) -> None:
        self.tree.data(data)


def tree_of(page: str) -> Element:
    """Read a page that closes what it opens."""
    reader = _Tree()
    reader.feed(page)
    return reader.tree.close()


def of_class(within: Element, name: str) -> list[Element]:
    """Return the elements of a class, in their order."""
    return [one for one in within.iter() if name in one.get("class", "").split()]


def says(element: Element) -> str:
    """Return what an element says."""
    return " ".join("".join(element.itertext()).split())
