"""A run signed by a key of the bank cannot be forged: every change is refused with a sentence."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from scoring.signature import (
    TRUSTED,
    SignatureError,
    name_of,
    private_key,
    public_key,
    require_signed,
    sign,
    signature_path,
    trusted_key,
)

CLOSED = PrivateFormat.PKCS8
OPEN = PublicFormat.SubjectPublicKeyInfo


def write_keys(folder: Path, name: str, password: str | None = None) -> tuple[Path, Path]:
    """A new pair of keys as PEM files."""
    key = Ed25519PrivateKey.generate()
    secret: KeySerializationEncryption = NoEncryption()
    if password is not None:
        secret = BestAvailableEncryption(password.encode("utf8"))
    private, public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, CLOSED, secret))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, OPEN))
    return private, public


@pytest.fixture
def signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file signed by the key that is trusted."""
    private, public = write_keys(tmp_path, "bank")
    file = tmp_path / "manifest.json"
    file.write_bytes(b'{"files": {}}')
    sign(file, private_key(private))
    monkeypatch.setenv(TRUSTED, str(public))
    require_signed(file, file.read_bytes())
    return file


def test_every_changed_byte_of_a_signed_file_is_refused(signed: Path) -> None:
    content = signed.read_bytes()
    for place in range(len(content)):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        with pytest.raises(SignatureError, match=r"the signature does not fit: manifest.json was changed after"):
            require_signed(signed, changed)


def test_every_changed_character_of_the_signature_is_refused(signed: Path) -> None:
    path = signature_path(signed)
    content = json.loads(path.read_text(encoding="utf8"))
    text = content["signature"]
    for place in range(len(text) - 3):  # of the last ones before the padding some bits carry nothing
        other = "A" if text[place] != "A" else "B"
        path.write_text(json.dumps({**content, "signature": text[:place] + other + text[place + 1 :]}), encoding="utf8")
        with pytest.raises(SignatureError, match="the signature does not fit"):
            require_signed(signed, signed.read_bytes())


def test_a_signature_of_one_file_is_none_of_another_with_the_same_content(signed: Path) -> None:
    other = signed.with_name("state.json")
    other.write_bytes(signed.read_bytes())
    signature_path(signed).rename(signature_path(other))
    with pytest.raises(SignatureError, match="the signature does not fit"):
        require_signed(other, other.read_bytes())


def test_a_signature_by_another_key_is_refused(signed: Path, tmp_path: Path) -> None:
    private, _ = write_keys(tmp_path, "forger")
    sign(signed, private_key(private))
    with pytest.raises(SignatureError, match=f"it is signed by the key '{name_of(private_key(private).public_key())}'"):
        require_signed(signed, signed.read_bytes())
    path = signature_path(signed)
    content = json.loads(path.read_text(encoding="utf8"))
    trusted = trusted_key()
    assert trusted is not None
    path.write_text(json.dumps({**content, "key": name_of(trusted)}), encoding="utf8")
    with pytest.raises(SignatureError, match="the signature does not fit"):
        require_signed(signed, signed.read_bytes())


def test_a_missing_signature_is_refused_only_where_a_key_is_trusted(
    signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature_path(signed).unlink()
    with pytest.raises(SignatureError, match=r"manifest.json.sig is not there. `techcredit sign` makes it"):
        require_signed(signed, signed.read_bytes())
    monkeypatch.delenv(TRUSTED)
    require_signed(signed, b"anything")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"key": "a", "signature": "?"}', '{"key": "a"}', "[" * 100_000])
def test_a_damaged_signature_is_refused(signed: Path, content: str) -> None:
    signature_path(signed).write_text(content, encoding="utf8")
    with pytest.raises(SignatureError, match="holds no signature"):
        require_signed(signed, signed.read_bytes())


def test_a_key_with_a_password_needs_it(tmp_path: Path) -> None:
    private, _ = write_keys(tmp_path, "bank", "甲乙")
    assert isinstance(private_key(private, "甲乙"), Ed25519PrivateKey)
    with pytest.raises(SignatureError, match=r"it has a password: --password env:NAME or file:PATH"):
        private_key(private)
    with pytest.raises(SignatureError, match="it is none, or the password is another one"):
        private_key(private, "wrong")
    plain, _ = write_keys(tmp_path, "plain")
    with pytest.raises(SignatureError, match="it has no password"):
        private_key(plain, "甲乙")


def test_what_is_no_key_or_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    with pytest.raises(SignatureError, match=r"wanted a key in .*key.pem; it cannot be read \(No such file"):
        private_key(file)
    file.write_text("no key", encoding="utf8")
    with pytest.raises(SignatureError, match=r"wanted an Ed25519 private key as PEM in .*key.pem; it is none"):
        private_key(file)
    with pytest.raises(SignatureError, match=r"wanted an Ed25519 public key as PEM in .*key.pem; it is none"):
        public_key(file)
    other = generate_private_key(SECP256R1())
    file.write_bytes(other.private_bytes(Encoding.PEM, CLOSED, NoEncryption()))
    with pytest.raises(SignatureError, match=r"wanted an Ed25519 private key in .*; it is of another kind"):
        private_key(file)
    file.write_bytes(other.public_key().public_bytes(Encoding.PEM, OPEN))
    with pytest.raises(SignatureError, match=r"wanted an Ed25519 public key in .*; it is of another kind"):
        public_key(file)


def test_a_trusted_key_that_is_not_there_refuses_everything(signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRUSTED, str(signed.with_name("gone.pem")))
    with pytest.raises(SignatureError, match=r"wanted a key in .*gone.pem; it cannot be read"):
        require_signed(signed, signed.read_bytes())
    monkeypatch.setenv(TRUSTED, " ")
    with pytest.raises(SignatureError, match="wanted the path of a public key in TECHCREDIT_TRUSTED_KEY; it is empty"):
        require_signed(signed, signed.read_bytes())
