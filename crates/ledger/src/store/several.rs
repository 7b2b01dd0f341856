//! Several rows in one statement: each statement costs a way to the server and back.

use std::fmt::Write as _;

/// How many values go into one statement. Far below what the databases take (32,766 and 65,535),
/// because SQLite looks each of them up among all that came before it.
const VALUES: usize = 700;

/// How many rows of so many columns go into one statement.
pub(crate) const fn rows_at_once(columns: usize) -> usize {
    if columns == 0 || columns > VALUES {
        return 1;
    }
    VALUES / columns
}

/// The places of the values of so many rows, as in `($1, $2), ($3, $4)`. sqlx's own builder of
/// statements does not know which database it builds for, and writes what PostgreSQL does not read.
pub(crate) fn places(rows: usize, columns: usize) -> String {
    let mut places = String::new();
    for row in 0..rows {
        places.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { ", " };
            // Writing to a text cannot fail.
            let _ = write!(places, "{comma}${}", row * columns + column + 1);
        }
        places.push(')');
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_a_place_of_its_own() {
        assert_eq!(places(1, 3), "($1, $2, $3)");
        assert_eq!(places(3, 2), "($1, $2), ($3, $4), ($5, $6)");
    }

    #[test]
    fn a_statement_holds_as_many_rows_as_it_may_and_at_least_one() {
        assert_eq!(rows_at_once(7), 100);
        assert_eq!(rows_at_once(701), 1);
    }
}
