"""HL7 FHIR R4B (4.3.0): a case as a Bundle and back, an assessment beside it, the interview as a form.

The standard's own classes judge what is written (``fhir.resources``, an optional part).
"""

from myognosis.exchange.fhir.case import bundle_of_case
from myognosis.exchange.fhir.form import answered, form_of
from myognosis.exchange.fhir.reading import case_of_bundle, heard
from myognosis.exchange.fhir.result import bundle_of_result

__all__ = ["answered", "bundle_of_case", "bundle_of_result", "case_of_bundle", "form_of", "heard"]
