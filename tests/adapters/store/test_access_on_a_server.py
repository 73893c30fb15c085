"""What the database itself does about accounts and sealed columns, on a server as in a file."""

from __future__ import annotations

from .test_accounts import (  # noqa: F401 - tests and fixtures, run once more
    clinician,
    console,
    real_numbers,
    test_a_hash_of_older_numbers_is_made_anew_when_its_owner_signs_in,
    test_a_pin_opens_one_cabin_and_waits_like_a_password,
    test_cards_open_every_cabin_of_the_site_until_they_are_revoked,
    test_closing_an_account_makes_everything_of_it_void,
    test_guesses_at_the_same_time_are_all_counted,
    test_who_guesses_waits_twice_as_long_each_time_and_the_owner_gets_in_after,
)
from .test_sealing import (  # noqa: F401 - the same
    reopened,
    test_a_session_reads_the_same_with_and_without_a_key,
    test_rekey_seals_what_was_there_and_changes_the_key,
    test_without_its_key_a_sealed_database_is_refused_in_one_line_and_left_alone,
    with_key,
)
