"""The test cases of RFC 9421, Appendix B, as facts: messages, signature fields, bases and public keys."""

from __future__ import annotations

from tongban.foundation.http_signatures.types import Message, joined

MOMENT = 1618884473
RSA_PSS_SPKI = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+"
    "Lh1GH45x28Rw3Ry53mm+oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgc"
    "hwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9"
    "v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI2wIDAQAB"
)
P256_SPKI = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdl"
    "dkkDXZCnTNnoXQ=="
)
ED25519_SPKI = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
ED25519_SEED = "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU="
SHARED_SECRET = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="

REQUEST_BODY = b'{"hello": "world"}'
RESPONSE_BODY = b'{"message": "good dog"}'
DIGEST = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
RESPONSE_DIGEST = (
    "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:"
)
REQUEST = Message(
    headers=joined(
        [
            ("Host", "example.com"),
            ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("Content-Type", "application/json"),
            ("Content-Digest", DIGEST),
            ("Content-Length", "18"),
        ]
    ),
    method="POST",
    scheme="https",
    authority="example.com",
    path="/foo",
    query="param=Value&Pet=dog",
)
RESPONSE = Message(
    headers=joined(
        [
            ("Date", "Tue, 20 Apr 2021 02:07:56 GMT"),
            ("Content-Type", "application/json"),
            ("Content-Digest", RESPONSE_DIGEST),
            ("Content-Length", "23"),
        ]
    ),
    status=200,
)
CLIENT_CERT = (
    ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVk"
    "aWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"
    "8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAf"
    "BgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMw"
    "EYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ"
    "0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:"
)
PROXIED = Message(
    headers={"client-cert": CLIENT_CERT},
    method="POST",
    authority="service.internal.example",
    path="/foo",
    query="param=Value&Pet=dog",
)

# section: (message, algorithm, Signature-Input, Signature, base without its last line)
CASES = {
    "B.2.1": (
        REQUEST,
        "rsa-pss-sha512",
        f'sig-b21=();created={MOMENT};keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
        "sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsck"
        "zXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE"
        "+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1b"
        "LhdxO5Nyt8C8ssinQ98Xw9Q==:",
        [],
    ),
    "B.2.2": (
        REQUEST,
        "rsa-pss-sha512",
        f'sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created={MOMENT}'
        ';keyid="test-key-rsa-pss";tag="header-example"',
        "sig-b22=:LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSo"
        "wOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQ"
        "h62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaU"
        "Eb0rQl3/XaVe4bXTugEjHSw==:",
        ['"@authority": example.com', f'"content-digest": {DIGEST}', '"@query-param";name="Pet": dog'],
    ),
    "B.2.3": (
        REQUEST,
        "rsa-pss-sha512",
        'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length")'
        f';created={MOMENT};keyid="test-key-rsa-pss"',
        "sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768"
        "ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE"
        "9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZA"
        "FL2FUo5fTIztsDZKEgM4cUA==:",
        [
            '"date": Tue, 20 Apr 2021 02:07:55 GMT',
            '"@method": POST',
            '"@path": /foo',
            '"@query": ?param=Value&Pet=dog',
            '"@authority": example.com',
            '"content-type": application/json',
            f'"content-digest": {DIGEST}',
            '"content-length": 18',
        ],
    ),
    "B.2.4": (
        RESPONSE,
        "ecdsa-p256-sha256",
        f'sig-b24=("@status" "content-type" "content-digest" "content-length");created={MOMENT}'
        ';keyid="test-key-ecc-p256"',
        "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:",
        [
            '"@status": 200',
            '"content-type": application/json',
            f'"content-digest": {RESPONSE_DIGEST}',
            '"content-length": 23',
        ],
    ),
    "B.2.5": (
        REQUEST,
        "hmac-sha256",
        f'sig-b25=("date" "@authority" "content-type");created={MOMENT};keyid="test-shared-secret"',
        "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
        [
            '"date": Tue, 20 Apr 2021 02:07:55 GMT',
            '"@authority": example.com',
            '"content-type": application/json',
        ],
    ),
    "B.2.6": (
        REQUEST,
        "ed25519",
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
        f';created={MOMENT};keyid="test-key-ed25519"',
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
        [
            '"date": Tue, 20 Apr 2021 02:07:55 GMT',
            '"@method": POST',
            '"@path": /foo',
            '"@authority": example.com',
            '"content-type": application/json',
            '"content-length": 18',
        ],
    ),
    "B.3": (
        PROXIED,
        "ecdsa-p256-sha256",
        f'ttrp=("@path" "@query" "@method" "@authority" "client-cert");created={MOMENT};keyid="test-key-ecc-p256"',
        "ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:",
        [
            '"@path": /foo',
            '"@query": ?param=Value&Pet=dog',
            '"@method": POST',
            '"@authority": service.internal.example',
            f'"client-cert": {CLIENT_CERT}',
        ],
    ),
}

TRANSFORM_INPUT = (
    f'transform=("@method" "@path" "@authority" "accept");created={MOMENT};keyid="test-key-ed25519"'
)
TRANSFORM_VALUE = (
    "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:"
)
BOTH = [("Accept", "application/json"), ("Accept", "*/*")]
# what was done on the way: (method, authority, query, headers, whether the signature survives)
TRANSFORMED = {
    "as signed": ("GET", "example.org", "name1=Value1&Name2=value2", BOTH, True),
    "query and header added": (
        "GET",
        "example.org",
        "name1=Value1&Name2=value2&param=added",
        [*BOTH, ("Accept-Language", "en-US,en;q=0.5")],
        True,
    ),
    "lines combined": (
        "GET",
        "example.org",
        "name1=Value1&Name2=value2",
        [("Referer", "https://developer.example.org/demo"), ("Accept", "application/json, */*")],
        True,
    ),
    "lines reordered": (
        "GET",
        "example.org",
        "name1=Value1&Name2=value2",
        [*BOTH, ("Date", "Fri, 15 Jul 2022 14:24:55 GMT")],
        True,
    ),
    "method and authority changed": ("POST", "example.com", "name1=Value1&Name2=value2", BOTH, False),
    "values reordered": (
        "GET",
        "example.org",
        "name1=Value1&Name2=value2",
        [("Accept", "*/*"), ("Accept", "application/json")],
        False,
    ),
}
