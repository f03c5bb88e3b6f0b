"""A certificate for one opening of the door: browsers give the motion sensor to encrypted pages only."""

import datetime as dt
import ipaddress
import secrets
from pathlib import Path

__all__ = ["make_certificate"]

_DAY = dt.timedelta(days=1)


def make_certificate(address: str, folder: Path) -> tuple[Path, Path, str, str]:
    """A new key and its certificate for an address, good for a day; the key is encrypted before it touches the disk.

    Returns
    -------
    The file of the certificate, the file of the key, the key's password, and the certificate's SHA-256 fingerprint.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Myognosis")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)  # the clocks of two machines differ
        .not_valid_after(now + _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    password = secrets.token_urlsafe(24)
    locked = serialization.BestAvailableEncryption(password.encode())
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked))
    return *files, password, made.fingerprint(hashes.SHA256()).hex(":").upper()
