//! A question is answered once: in its room or in private, in its thread, whatever is delivered how
//! often, and whenever a process dies.

mod straight;
