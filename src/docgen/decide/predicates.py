"""The predicates that rule rows may name, by name. Each is documented and tested on its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from docgen.decide import course_predicates, data_predicates, party_predicates
from docgen.decide.misses import Predicate

PREDICATES: Mapping[str, Predicate] = MappingProxyType(
    {
        predicate.__name__: predicate
        for predicate in (
            party_predicates.eligible_recipient,
            party_predicates.enterprise_numbers,
            party_predicates.controller_is_not_project_lead,
            party_predicates.dpo_does_not_sign,
            party_predicates.delegation_by_empowered,
            party_predicates.delegation_in_force,
            party_predicates.delegation_accepted,
            party_predicates.preferred_signed,
            party_predicates.privileged_body_listed,
            data_predicates.direct_identifiers,
            data_predicates.raw_variables,
            data_predicates.raw_variables_not_accepted,
            data_predicates.source_of_office,
            data_predicates.changed_dataset_known,
            data_predicates.office_links,
            data_predicates.linked_sources_requested,
            data_predicates.server_in_allowed_country,
            data_predicates.reference_periods,
            data_predicates.words_in_texts,
            data_predicates.leftovers,
            data_predicates.individual_data_wording,
            course_predicates.change_kinds_allowed,
            course_predicates.base_in_force,
            course_predicates.base_document_changeable,
            course_predicates.nothing_else_differs,
            course_predicates.retention_ends_later,
            course_predicates.advice_matches_decision,
            course_predicates.conditions_are_listed,
            course_predicates.dates_in_order,
            course_predicates.numbers_follow_pattern,
            course_predicates.documents_complete,
            course_predicates.deadlines_kept,
        )
    }
)
