//! What the fates of a plan come to.

mod summary_state_and_exit_code_agree;
