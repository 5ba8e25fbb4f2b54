"""A headless Chromium for tests of pages: it opens one from the disk and gives back what a script there has to say."""

import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
MISSING = "needs Chromium, which is not installed"


def played(page: Path, hash_: str, script: str, size: str = "1280,1000") -> str:
    """What `script` writes by `said(text)`, line by line, after the page has loaded all its files.

    The script is the body of an async function; `until(test)` waits until a test holds, and fails after some seconds.
    """
    assert CHROMIUM is not None
    html = page.read_text(encoding="utf8")
    harness = f"""<script>
const saying = [];
const said = (text) => saying.push(String(text));
const until = async (test) => {{
  for (let turn = 0; !test(); turn += 1) {{
    if (turn > 1000) throw new Error(`never: ${{test}}`);
    await new Promise((done) => setTimeout(done, 5));
  }}
}};
window.addEventListener("load", async () => {{
  try {{ {script} }} catch (error) {{ said("ERROR " + error.stack); }}
  const shown = document.createElement("pre");
  shown.id = "said";
  shown.textContent = saying.join("\\n");
  document.body.append(shown);
}});
</script>"""
    played_page = page.with_name(f"played_{page.name}")
    played_page.write_text(html.replace("</body>", f"{harness}</body>"), encoding="utf8")
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={size}", "--dump-dom"]
    command += ["--virtual-time-budget=20000", f"{played_page.as_uri()}{hash_}"]
    environment = {**os.environ, "HOME": str(page.parent)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    played_page.unlink()
    found = re.search(r'<pre id="said">(.*?)</pre>', done.stdout, flags=re.DOTALL)
    assert found is not None, done.stdout[-2000:]
    return unescape(found.group(1))
