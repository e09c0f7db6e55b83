"""The last look at a page: nothing in it may run, call out, or mean something else to a browser than to this look."""

import pytest

from lifecycle_utils.report.verify import faults_of

POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'


def page(inside):
    return f'<!DOCTYPE html>\n<html lang="en"><head>{POLICY}</head><body>{inside}</body></html>\n'


def test_a_page_of_text_links_and_pictures_has_no_fault():
    picture = '<img src="data:image/png;base64,AAAA" alt="A &lt;chart&gt;" width="10">'
    assert faults_of(page(f'<h2 id="a">1 &lt; 2 &gt; 1</h2><p title="a < b > c">{picture}<a href="#a">up</a><br /><details open></details></p>')) == []


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        ("<script>1</script>", "a <script>"),
        ('<iframe src="data:text/html,1"></iframe>', "a <iframe>"),
        ("<form></form>", "a <form>"),
        ('<img src="data:image/png;base64,AAAA" alt=" ">', "a picture without alt text"),
        ('<img src="https://example.com/a.png" alt="a">', "src loads 'https://example.com/a.png'"),
        ('<img src="//example.com/a.png" alt="a">', "src loads '//example.com/a.png'"),
        ('<img alt="a" srcset="a.png 2x">', "srcset loads 'a.png 2x'"),
        ('<p onclick="a()">b</p>', "the event handler onclick"),
        ('<p ONCLICK="a()">b</p>', "the event handler onclick"),
        ('<p\nonclick="a()">b</p>', "the event handler onclick"),
        ("<p onclick='a(\"b\")'>b</p>", "the event handler onclick"),
        ('<img alt="" alt="a" src="data:image/png;base64,AAAA">', "a picture without alt text"),
        ('<meta http-equiv="Refresh" content="0">', "a <meta refresh>"),
        ('<p id="a">b</p><p id="a">c</p>', "the id 'a' stands twice"),
        ('<a href="#b">c</a>', "the link #b leads nowhere"),
    ],
)
def test_what_no_page_may_hold(inside, fault):
    assert fault in faults_of(page(inside))


@pytest.mark.parametrize(
    "inside",
    ["<SCRIPT>1</SCRIPT>", "<p onclick=a()>b</p>", "<p/onclick='a()'>b</p>", "<!-- <p> -->", "<img src=a", "<svg/onload=1>", "a < b", "<p title=`a`>b</p>"],
)
def test_markup_that_the_kit_does_not_write_is_a_fault(inside):
    assert any(fault.startswith("unusual markup") for fault in faults_of(page(inside)))


def test_a_page_without_a_policy_is_a_fault():
    assert faults_of("<!DOCTYPE html><p>a</p>") == ["no Content-Security-Policy"]
