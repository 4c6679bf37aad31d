"""Why what the office keeps stays secret and what it issues can be believed: keys, seals, signatures, time stamps.

Data keys are wrapped by the master key (the file ``master-key`` or TONGBAN_MASTER_KEY) and never leave this
package. Two suites behind one protocol: international (AES-256-GCM, ECDSA P-256, SHA-256) and national (SM4-GCM,
SM2, SM3). The authority that issues certificates and time stamps is embedded and named as a demonstration; a city
that has a licensed one puts its certificates here in its place.
"""
