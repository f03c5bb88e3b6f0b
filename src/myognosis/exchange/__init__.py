"""Cases in and out: our own format, and the GA4GH Phenopacket."""
