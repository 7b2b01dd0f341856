//! What people receive: run sheets and calendars.
