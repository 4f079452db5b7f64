"""The ways out of an invoice (R11): their codes, and what a deposit may hold."""

PORTAL, PISTE, DILIFAC = "portal", "piste", "dilifac"
APPROVED = "approved"

# Syntaxes of a deposit, by the platform's own codes (AIFE, deposerFluxFacture).
FACTURX = "IN_DP_E2_CII_FACTURX"
CII_WITH_PDF = "IN_DP_E2_CII_MIN_16B"
