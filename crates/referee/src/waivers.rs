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

use std::sync::LazyLock;

use serde::Deserialize;

use crate::grants::Grant;

/// One named place where a document is not believed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Its name, as `card-typed-as-file`.
    pub name: String,
    /// The fact-sheet section that tells of the defect, as `messaging §16`.
    pub source: String,
    /// What is wrong in the document.
    pub why: String,
    pub(crate) grants: Vec<Grant>,
}

#[derive(Deserialize)]
struct File {
    waivers: Vec<Waiver>,
}

impl Waiver {
    /// The operations it is about; empty for one that is about every paged list.
    pub fn operations(&self) -> Vec<&str> {
        let named = self.grants.iter().flat_map(Grant::on);
        let mut all: Vec<&str> = named.map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// All waivers.
pub fn waivers() -> &'static [Waiver] {
    static ALL: LazyLock<Vec<Waiver>> = LazyLock::new(|| {
        let file = serde_json::from_str(include_str!("../data/waivers.json"));
        let File { waivers } = file.expect("the waivers are well-formed");
        waivers
    });
    &ALL
}
