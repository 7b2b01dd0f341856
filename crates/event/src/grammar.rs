//! The grammar of the event file, and how a tree of YAML is bound to it.
//!
//! Every section is declared once, by [`entry!`]: the same declaration reads the file, yields the
//! JSON Schema and writes the reference page, so that the three cannot tell different stories.
//! Reading collects: a key that is unknown, doubled, missing or of the wrong type is reported and
//! left out, and everything else of the section is still there for the checks that follow.

mod choices;
mod file;
mod language;
mod loose;
mod read;
mod reference;
mod schema;
mod selector;
mod times;
mod values;

pub(crate) use choices::{
    Audience, CountTimes, JoinBefore, MailTo, OnePer, OnePerRoom, SendWhen, UninvitedMeet,
};
pub(crate) use file::{CueEntry, EventFile, MeetingEntry, RoomEntry};
pub(crate) use language::SayText;
pub(crate) use read::{Binder, Named, read};
pub use reference::reference;
pub use schema::schema;
pub(crate) use selector::{Of, PeopleBase, PeopleSelector, RoomBase, RoomSelector};
pub(crate) use times::{DayTime, Duration, LateCue};
pub(crate) use values::{FreeKey, Id, Map, PasswordText, Pattern};

/// One key of a section.
pub(crate) struct KeySpec {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) required: bool,
    pub(crate) value: &'static dyn Shape,
}

/// What a value looks like, for schema and reference page.
pub(crate) trait Shape: Sync {
    /// As JSON Schema.
    fn schema(&self) -> serde_json::Value;
    /// In a few words.
    fn words(&self) -> String;
    /// The section that its entries belong to, if it has any: name, text and keys.
    fn section(&self) -> Option<Section>;
}

/// A section for the reference page.
pub(crate) struct Section {
    pub(crate) doc: &'static str,
    pub(crate) keys: Vec<&'static KeySpec>,
    /// Whether its needed keys are needed.
    pub(crate) complete: bool,
}

/// Something that can stand behind a colon.
pub(crate) trait Value: Sized + 'static {
    /// Reads it; `None` after a finding was made.
    fn read(node: &crate::yaml::Node, binder: &mut Binder<'_>) -> Option<Self>;
    /// As JSON Schema.
    fn schema() -> serde_json::Value;
    /// In a few words.
    fn words() -> String;
    /// The section of its entries.
    fn section() -> Option<Section> {
        None
    }
}

/// A [`Value`] type as an object.
pub(crate) struct ShapeOf<T>(std::marker::PhantomData<fn() -> T>);

impl<T> ShapeOf<T> {
    pub(crate) const NEW: Self = Self(std::marker::PhantomData);
}

impl<T: Value> Shape for ShapeOf<T> {
    fn schema(&self) -> serde_json::Value {
        T::schema()
    }
    fn words(&self) -> String {
        T::words()
    }
    fn section(&self) -> Option<Section> {
        T::section()
    }
}

/// A section with fixed keys.
pub(crate) trait Entry: Default + 'static {
    const DOC: &'static str;
    const KEYS: &'static [KeySpec];
    /// Takes the value of one of [`Self::KEYS`]; whether it could be read.
    fn set(&mut self, key: &str, node: &crate::yaml::Node, binder: &mut Binder<'_>) -> bool;
    /// Where the section stands, whether a finding was made inside, and the keys of unread values.
    fn place(&mut self, span: std::ops::Range<usize>, broken: bool, unread: Vec<&'static str>);
}

/// Declares a section: its struct, its keys, and what the reference page says of them.
macro_rules! entry {
    (
        $(#[doc = $doc:literal])*
        struct $name:ident {$(
            $(#[doc = $field_doc:literal])*
            $field:ident: $type:ty = $key:literal $($required:ident)?,
        )*}
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name {
            /// Where the section stands.
            #[allow(dead_code)]
            pub(crate) span: std::ops::Range<usize>,
            /// Whether a finding was made inside: then what is missing may have been meant.
            #[allow(dead_code)]
            pub(crate) broken: bool,
            unread: Vec<&'static str>,
            $($(#[doc = $field_doc])* pub(crate) $field: Option<$crate::diagnostics::At<$type>>,)*
        }

        impl $name {
            /// Whether one of these keys has a value that could not be read: nothing is said about
            /// what is missing because of it.
            #[allow(dead_code)]
            pub(crate) fn unread(&self, keys: &[&str]) -> bool {
                self.unread.iter().any(|key| keys.contains(key))
            }
        }

        impl $crate::grammar::Entry for $name {
            const DOC: &'static str = concat!($($doc, "\n"),*);
            const KEYS: &'static [$crate::grammar::KeySpec] = &[$($crate::grammar::KeySpec {
                name: $key,
                doc: concat!($($field_doc, "\n"),*),
                required: $crate::grammar::entry!(@required $($required)?),
                value: &$crate::grammar::ShapeOf::<$type>::NEW,
            }),*];

            fn set(
                &mut self,
                key: &str,
                node: &$crate::yaml::Node,
                binder: &mut $crate::grammar::Binder<'_>,
            ) -> bool {
                match key {
                    $($key => {
                        self.$field = <$type as $crate::grammar::Value>::read(node, binder)
                            .map(|value| $crate::diagnostics::At::new(value, node.span.clone()));
                        self.$field.is_some()
                    })*
                    _ => false,
                }
            }

            fn place(
                &mut self,
                span: std::ops::Range<usize>,
                broken: bool,
                unread: Vec<&'static str>,
            ) {
                self.span = span;
                self.broken = broken;
                self.unread = unread;
            }
        }
    };
    (@required required) => { true };
    (@required) => { false };
    (@list $not:expr) => { &$not };
    (@list) => { &[] };
}

/// Declares that a section's entry is written where a value may stand. With a list of keys, only
/// these may be written there, and none of them must.
macro_rules! entry_value {
    ($type:ident $(without $not:expr)?) => {
        impl $type {
            fn belongs(key: &str) -> bool {
                const ELSEWHERE: &[&str] = $crate::grammar::entry!(@list $($not)?);
                !ELSEWHERE.contains(&key)
            }
        }

        impl $crate::grammar::Value for $type {
            fn read(
                node: &$crate::yaml::Node,
                binder: &mut $crate::grammar::Binder<'_>,
            ) -> Option<Self> {
                binder.entry(node, &Self::belongs, true)
            }
            fn schema() -> serde_json::Value {
                $crate::grammar::schema::of_entry::<$type>(&Self::belongs, true)
            }
            fn words() -> String {
                "keys of its own, see below".to_owned()
            }
            fn section() -> Option<$crate::grammar::Section> {
                Some($crate::grammar::schema::section_of::<$type>(&Self::belongs))
            }
        }
    };
    ($(#[doc = $doc:literal])+ $type:ident of $whole:ty: $keys:expr) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $type(pub(crate) $whole);

        impl $crate::grammar::Value for $type {
            fn read(
                node: &$crate::yaml::Node,
                binder: &mut $crate::grammar::Binder<'_>,
            ) -> Option<Self> {
                binder.entry(node, &|key| $keys.contains(&key), false).map(Self)
            }
            fn schema() -> serde_json::Value {
                $crate::grammar::schema::of_entry::<$whole>(&|key| $keys.contains(&key), false)
            }
            fn words() -> String {
                "keys of its own, see below".to_owned()
            }
            fn section() -> Option<$crate::grammar::Section> {
                let mut section =
                    $crate::grammar::schema::section_of::<$whole>(&|key| $keys.contains(&key));
                section.complete = false;
                section.doc = concat!($($doc, "\n"),+);
                Some(section)
            }
        }
    };
}

pub(crate) use {entry, entry_value};
