//! The promises that Showcaller keeps, one module each. All stay green for ever.
//!
//! One test binary, because linking is what costs. `stage` sets an event up on a simulated Webex
//! with the referee watching.

mod beside;
mod bot_stage;
mod by_hand;
mod files;
mod postgres;
mod processes;
mod random;
mod shape;
mod stage;
mod talk;
mod wire;
mod world;

mod a_cue_arrives_once;
mod a_forged_press_does_nothing;
mod a_moved_meeting_keeps_its_identity;
mod a_question_is_answered_once;
mod a_recording_names_nobody;
mod a_report_says_what_happened;
mod a_room_hears_only_its_own_links;
mod a_saved_plan_is_the_same_or_refused;
mod a_slip_moves_everything_that_follows;
mod after_apply_a_apply_b;
mod an_alias_is_the_same_person;
mod an_answer_outlives_faults;
mod an_apply_does_not_see_messages;
mod beyond_the_settle_window;
mod calls_are_counted;
mod changes_are_told_once;
mod crash_anywhere;
mod cues_follow_the_right_clock;
mod drift_is_said_and_kept_where_asked;
mod hostile_surroundings;
mod killed_and_run_again;
mod meetings_tell_when_they_begin_and_end;
mod model;
mod no_meeting_mail_unless_asked;
mod no_question_is_lost;
mod nothing_is_removed_by_accident;
mod one_schedule_is_in_force;
mod one_source_of_each_fact;
mod only_one_acts;
mod only_webex_is_believed;
mod plan_after_apply_is_empty;
mod plans_do_not_depend_on_order;
mod quotas_are_kept;
mod remote_control_needs_a_token;
mod secrets_do_not_leak;
mod summary_state_and_exit_code_agree;
mod the_bot_says_what_it_lost;
mod the_ledger_in_trouble;
mod the_reference_event_under_each_unknown;
mod the_same_story_on_both_databases;
mod the_show_is_called_from_the_chat;
mod the_two_waves;
mod transcripts;
mod what_cannot_be_read_stays_in_doubt;
mod what_the_bot_answers;
mod what_we_send_is_valid_webex;
mod whatever_webex_does;
mod who_was_invited_learns_of_the_end;
mod whoever_asked_is_reminded;
mod whoever_waits_for_the_quota_goes_on;
