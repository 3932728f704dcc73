"""Words that a page breaks in the middle, where its reader looks for names."""

BROKEN_WORDS = """(() => {
  const places = "h1, h2, h3, th, td, dt, summary, button, .button";
  const isRead = (node) => node.checkVisibility() && !node.closest(".visually-hidden");
  const textsOf = (node) => {
    const texts = [];
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode);
    return texts;
  };
  const linesOf = (text, start, end) => {
    const range = new Range();
    range.setStart(text, start);
    range.setEnd(text, end);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  };
  const brokenIn = (text) => [...text.data.matchAll(/[^\\s-]+/g)]
    .filter(({ 0: word, index }) => linesOf(text, index, index + word.length) > 1).map(([word]) => word);
  return [...document.querySelectorAll(places)].filter(isRead).flatMap(textsOf).flatMap(brokenIn);
})()"""
"""Those of headings, cells and buttons that are seen; after a hyphen a line may begin."""
