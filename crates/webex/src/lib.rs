//! The Webex client: typed calls, pages, tokens, tolerant errors.
