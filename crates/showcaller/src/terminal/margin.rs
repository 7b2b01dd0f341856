//! A terminal that keeps room for what it writes itself.
//!
//! Bars fill their last line with blanks. When Ctrl-C is pressed, the terminal writes `^C` behind
//! them, and if that wraps into a new line, every later drawing is off by one. So the cursor is
//! left a little before the end of the line.

use std::io;

use console::Term;
use indicatif::{ProgressDrawTarget, TermLike};

/// The room that `^C` needs.
const ROOM: usize = 2;
/// Bars are drawn so often in a second, at most.
const RATE: u8 = 15;

/// Where bars are drawn: on standard error, if that is a terminal.
pub(super) fn target() -> ProgressDrawTarget {
    let terminal = Term::buffered_stderr();
    if terminal.is_term() {
        ProgressDrawTarget::term_like_with_hz(Box::new(Margin(terminal)), RATE)
    } else {
        ProgressDrawTarget::hidden()
    }
}

#[derive(Debug)]
struct Margin(Term);

impl TermLike for Margin {
    fn width(&self) -> u16 {
        TermLike::width(&self.0)
    }

    fn height(&self) -> u16 {
        TermLike::height(&self.0)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.move_cursor_left(ROOM)?;
        self.0.flush()
    }
}
