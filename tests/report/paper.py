"""What a sheet of A4 would cut, measured in Chromium."""

#: Width and height in CSS pixels that the margins of the style sheet leave of A4.
PAPER = (673, 978)

#: JavaScript, of (width, height): what is wider than the sheet, what is higher than it and cannot be broken, and what is broken otherwise than it
#: should: long tables between their rows, under a head that is repeated, and nothing else.
CUT = """([width, height]) => {
  const cut = []
  const say = (box, why) => cut.push(`${why}: ${(box.innerText || box.getAttribute('alt') || box.tagName).slice(0, 60)}`)
  if (document.documentElement.scrollWidth > width) cut.push(`the page is ${document.documentElement.scrollWidth} wide`)
  for (const box of document.querySelectorAll('figure, .table, tr, pre')) {
    const place = box.getBoundingClientRect()
    if (!place.height) continue
    if (place.right > width + 1 || box.scrollWidth > box.clientWidth + 1 && box.tagName !== 'TR') say(box, 'wider than the sheet')
    if (box.tagName === 'PRE') continue
    const long = box.matches('.table') && box.querySelector('tbody tr:nth-child(26)')
    if (getComputedStyle(box).breakInside !== (long ? 'auto' : 'avoid')) say(box, 'broken otherwise than it should')
    if (place.height > height && !long) say(box, 'higher than the sheet')
  }
  for (const head of document.querySelectorAll('thead'))
    if (getComputedStyle(head).display !== 'table-header-group') say(head, 'not repeated on the next sheet')
  return cut
}"""
