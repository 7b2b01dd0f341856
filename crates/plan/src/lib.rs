//! Desired minus observed: the plan, and how it reads.
