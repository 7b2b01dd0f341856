//! To which calls a fault happens.

use http::Method;

/// One call, or one delivery, as faults see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Nothing for a delivery to a webhook.
    pub(crate) method: Option<&'a Method>,
    /// Relative to `/v1`, with a leading slash; `/RESOURCE/EVENT` of a delivery.
    pub(crate) path: &'a str,
    /// Whose token came with it, or whose webhook it is for.
    pub(crate) owner: Option<&'a str>,
}

/// Which methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Methods {
    All,
    Reads,
    Writes,
    One(Method),
}

impl Methods {
    /// `GET`, `reads`, `writes`, or nothing if the word is none of them.
    pub(crate) fn read(word: &str) -> Option<Self> {
        Some(match word {
            "reads" => Self::Reads,
            "writes" => Self::Writes,
            "GET" => Self::One(Method::GET),
            "POST" => Self::One(Method::POST),
            "PUT" => Self::One(Method::PUT),
            "PATCH" => Self::One(Method::PATCH),
            "DELETE" => Self::One(Method::DELETE),
            _ => return None,
        })
    }

    fn has(&self, method: &Method) -> bool {
        match self {
            Self::All => true,
            Self::Reads => *method == Method::GET,
            Self::Writes => *method != Method::GET,
            Self::One(own) => own == method,
        }
    }
}

/// Methods, a pattern of paths, and an owner; all of them have to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) methods: Methods,
    /// `*` stands for any characters.
    pub(crate) path: String,
    /// In lower case.
    pub(crate) owner: Option<String>,
}

impl Default for Target {
    fn default() -> Self {
        Self {
            methods: Methods::All,
            path: "*".to_owned(),
            owner: None,
        }
    }
}

impl Target {
    pub(crate) fn fits(&self, asked: &Asked<'_>) -> bool {
        let owner = || asked.owner.map(str::to_lowercase);
        asked.method.is_none_or(|method| self.methods.has(method))
            && matches(&self.path, asked.path)
            && (self.owner.is_none() || self.owner == owner())
    }
}

/// Whether `path` is as `pattern` says. What stands before the first `*` begins it, what stands
/// after the last one ends it, and the rest comes in between, in this order.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == path;
    };
    let Some(mut left) = path.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("*", "/rooms", true)]
    #[case("/rooms", "/rooms", true)]
    #[case("/rooms", "/rooms/1", false)]
    #[case("/rooms*", "/rooms", true)]
    #[case("/rooms*", "/rooms/1", true)]
    #[case("/rooms/*", "/rooms", false)]
    #[case("/meetings/*/end", "/meetings/7/end", true)]
    #[case("/meetings/*/end", "/meetings/7", false)]
    #[case("*memberships*", "/team/memberships/7", true)]
    #[case("/a*b*c", "/a1c", false)]
    fn a_star_stands_for_any_characters(
        #[case] pattern: &str,
        #[case] path: &str,
        #[case] fits: bool,
    ) {
        assert_eq!(matches(pattern, path), fits);
    }
}
