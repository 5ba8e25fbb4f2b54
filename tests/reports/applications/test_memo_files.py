"""Memos of all applications in packed files: each in its file, and the same as on the page of its own."""

import base64
import gzip
import json
import re
from dataclasses import replace

import pytest

from reports.applications import memo_files as packing
from reports.applications.listing import fingerprint, listing
from reports.applications.memo_files import bodies, chunks_of, lean, memo_files, packed
from reports.applications.names import chunk_of
from reports.memo.page import memos
from reports.page import memo_page


def unpacked(content: str) -> dict[str, str]:
    """Memos of one file, as the page reads them."""
    (text,) = re.findall(r'TechCredit\.memos\(\d+, "([A-Za-z0-9+/=]*)"\);\n', content)
    read: dict[str, str] = json.loads(gzip.decompress(base64.b64decode(text)))
    return read


def in_english(body: str) -> str:
    """A body in both languages without its Chinese."""
    return re.sub(r'<span lang="en">(.*?)</span>', r"\1", re.sub(r'<span lang="zh">.*?</span>', "", body))


def test_every_application_is_in_the_file_its_identifier_leads_to():
    names = [f"A{number:05d}" for number in range(2500)]
    found = chunks_of(names)
    assert sorted(found) == list(range(25))
    assert sorted(name for listed in found.values() for name in listed) == names
    assert all(chunk_of(name, 25) == number for number, listed in found.items() for name in listed)
    assert max(len(listed) for listed in found.values()) < 200


def test_all_memos_are_written_and_the_word_that_they_are_comes_last(inputs):
    made = list(memo_files(inputs))
    assert [name for name, _ in made] == ["chunks/0.js", "memo.html", "written.js"]
    assert sorted(unpacked(made[0][1])) == sorted(inputs.decisions["application_id"])
    run = fingerprint(listing(inputs))
    assert made[-1][1] == f'TechCredit.memos({{"run":"{run}","count":6,"chunks":1}});\n'


def test_a_packed_memo_is_that_of_its_own_page(inputs):
    names = inputs.decisions["application_id"].tolist()
    for memo, body in zip(memos(inputs, names), bodies(inputs, names).values(), strict=True):
        assert in_english(body) in memo_page(inputs, memo, "en")


def test_the_same_memos_give_the_same_bytes():
    assert packed(3, {"a": "申请"}) == packed(3, {"a": "申请"})
    assert unpacked(packed(3, {"a": "申请</script>"})) == {"a": "申请</script>"}
    assert "</script>" not in packed(3, {"a": "申请</script>"})


def test_what_other_processes_are_given_makes_the_same_memos(inputs):
    names = inputs.decisions["application_id"].tolist()
    few = lean(inputs)
    assert len(few.features) == 6
    assert bodies(few, names) == bodies(inputs, names)


def test_several_processes_write_what_one_writes(inputs, monkeypatch):
    monkeypatch.setattr(packing, "FEW", 1)
    monkeypatch.setattr(packing, "PER_CHUNK", 2)
    monkeypatch.setattr(packing, "TOGETHER", 1)
    assert list(memo_files(inputs, processes=2)) == list(memo_files(inputs))


@pytest.mark.parametrize("back", [None, "../report/applications.html"])
def test_the_page_leads_back_to_the_list_only_where_it_lies_there(inputs, back):
    html = dict(memo_files(inputs, back=back))["memo.html"]
    assert ('id="back"' in html) == (back is not None)


def test_a_run_without_applications_leaves_a_page_without_memos(inputs):
    none = replace(inputs, decisions=inputs.decisions.iloc[:0])
    assert [name for name, _ in memo_files(none)] == ["chunks/0.js", "memo.html", "written.js"]
