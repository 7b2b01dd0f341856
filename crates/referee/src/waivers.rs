//! The places where the documents are known to be wrong, each with a name.
//!
//! A waiver widens what passes and nothing else. Each is needed: a test takes
//! them away one by one and shows a legal exchange that is then refused.
//!
//! Some known defects need no waiver, because the referee does not look there:
//! the string default of `sendEmail` on `DELETE /meetingInvitees/{id}`, prose as
//! default of `from` and `to`, request bodies that are never marked required
//! (a missing one is judged as `{}`), integers typed `number` (meetings §16);
//! the stray `description` parameter of `GET /teams/{teamId}` (messaging §16).

mod table;

use crate::grants::Grant;

/// One named place where a document is not believed.
pub struct Waiver {
    /// Its name, as `card-typed-as-file`.
    pub name: &'static str,
    /// The fact-sheet section that tells of the defect, as `messaging §16`.
    pub source: &'static str,
    /// What is wrong in the document.
    pub why: &'static str,
    pub(crate) grants: &'static [Grant],
}

impl Waiver {
    /// The operations it is about; empty for one that is about every paged list.
    pub fn operations(&self) -> Vec<&'static str> {
        let mut all: Vec<_> = self.grants.iter().flat_map(Grant::on).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// All waivers.
pub fn waivers() -> &'static [Waiver] {
    table::WAIVERS
}
