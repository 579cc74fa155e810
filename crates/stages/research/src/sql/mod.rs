//! SQL as files hold it: tokens, statements, and a reader of data definition that takes what it
//! understands and steps over the rest. No grammar of one database: migrations mix several.

pub mod alter;
pub mod body;
pub mod column;
pub mod cursor;
pub mod ddl;
pub mod dialect;
pub mod spliced;
pub mod split;
pub mod table;
pub mod tokens;

pub use ddl::read;
pub use dialect::Dialect;
