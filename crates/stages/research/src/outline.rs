//! The outline: what every language front makes of a source file.
//!
//! One small tree for ten languages. It keeps what architecture is read from (declarations,
//! annotations, calls with their arguments, texts, bindings, loops) and drops the rest. Libraries
//! are recognised on this tree and nowhere else, so a library is described once (`data/libraries`)
//! and a language is lowered once (`fronts/<language>.rs`).
//!
//! How a construct of a language is said here:
//!
//! | construct | outline |
//! |---|---|
//! | annotation, decorator, attribute, macro attribute `#[get("/")]` | [`Annotation`] |
//! | `a.b`, `a->b`, `a::b`, `A::b` | [`Expr::Member`] |
//! | `"x" + y`, `f"x{y}"`, `` `x${y}` ``, `"x #{y}"`, `$"x{y}"`, `format!("x{}", y)`, `fmt.Sprintf("x%s", y)` | [`Expr::Template`] |
//! | `a \|\| b`, `a ?? b`, `a ?: b`, `a or b`, `c ? a : b` | [`Expr::Either`] |
//! | `new T(a)`, `T{..}`, `T(a)` where it is known to construct | [`Expr::Call`] with `constructs` |
//! | keyword arguments, named fields, the options object | [`Argument::name`], [`Expr::Map`] |
//! | a trailing block, closure, arrow function, anonymous class | [`Expr::Function`] |
//! | `await x`, `x?`, `x!`, `&x`, `*x`, `(x)`, `x as T`, `try x` | `x` itself |
//! | class body statements (Rails, Django, SQLAlchemy) | [`Type::body`] and, where they bind, [`Type::fields`] |

/// Byte offset in the file; [`Outline::line`] makes a line of it.
pub type At = u32;

/// One source file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outline {
    /// Package, namespace or module as the file states it (`com.acme.order`, `main`); empty where the
    /// path alone says so (JavaScript, Python, Ruby).
    pub module: String,
    pub imports: Vec<Import>,
    pub types: Vec<Type>,
    /// Functions outside any type. A method declared outside its type (Go, Rust) says so in `owner`.
    pub functions: Vec<Function>,
    /// Statements outside any function, in order: constants, set-up of a router, registrations.
    pub body: Vec<Stmt>,
    /// Parts that the parser could not take, where, and what it said.
    pub faults: Vec<(At, String)>,
    /// Offsets at which lines start.
    pub line_starts: Vec<At>,
}

/// `import x.y.Z as W`: `path` `x.y`, `name` `Z`, `alias` `W`. A whole module has an empty `name`;
/// everything of a module has the name `*`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    pub path: String,
    pub name: String,
    /// The name it has in this file (the last segment where nothing else is said).
    pub alias: String,
    pub at: At,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TypeKind {
    #[default]
    Class,
    Interface,
    Enum,
    /// A type alias, a schema object (`z.object`, TypedDict) or anything else with fields.
    Other,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Type {
    pub name: String,
    pub kind: TypeKind,
    /// What it extends and implements, with type arguments: `JpaRepository<Order, Long>`.
    pub supers: Vec<TypeRef>,
    pub annotations: Vec<Annotation>,
    /// Fields and properties; constructor parameters that become fields (Kotlin, TypeScript, C#, PHP).
    pub fields: Vec<Field>,
    pub functions: Vec<Function>,
    /// Types inside.
    pub types: Vec<Type>,
    /// Statements of the class body (`has_many :lines`, `include Foo`).
    pub body: Vec<Stmt>,
    pub at: At,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Field {
    pub name: String,
    pub of: Option<TypeRef>,
    pub value: Option<Expr>,
    pub annotations: Vec<Annotation>,
    /// One for all instances (`static`, `companion object`, class attribute).
    pub shared: bool,
    /// Never bound again (`final`, `const`, `val`, `readonly`).
    pub constant: bool,
    /// May hold nothing (`?`, `Optional`, pointer, `null: true`).
    pub optional: bool,
    pub at: At,
}

/// A type as written: `List<Order>` is `List` with one argument. Paths keep their dots
/// (`models.Order`, `sqlx.PgPool`); `*T`, `&T`, `T?`, `Option`less forms are `T`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TypeRef {
    pub name: String,
    pub arguments: Vec<TypeRef>,
}

/// `@GetMapping(value = "/x", produces = "y")`, `[HttpGet("x")]`, `@app.get("/x")`, `#[get("/x")]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Annotation {
    /// Dotted as written, without `@`: `GetMapping`, `app.get`, `router.post`, `celery.task`.
    pub name: String,
    pub arguments: Vec<Argument>,
    pub at: At,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Function {
    /// Empty for closures.
    pub name: String,
    /// The type it belongs to, where it is declared outside of it (Go receiver, Rust impl).
    pub owner: Option<String>,
    pub annotations: Vec<Annotation>,
    pub parameters: Vec<Parameter>,
    pub returns: Option<TypeRef>,
    pub body: Vec<Stmt>,
    pub at: At,
    /// Offset just past its end.
    pub end: At,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub of: Option<TypeRef>,
    pub default: Option<Expr>,
    pub annotations: Vec<Annotation>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Stmt {
    /// `x = e`, `const x = e`, `x := e`, `self.x = e` (the name is then `self.x`; `this.`, `@x` and
    /// `$this->` are all `self.`). Destructuring binds each name to [`Expr::Member`] or [`Expr::Item`].
    Bind {
        name: String,
        of: Option<TypeRef>,
        value: Expr,
        /// Cannot be bound again.
        constant: bool,
        at: At,
    },
    Expr(Expr),
    Return(Expr),
    /// `for`, `while`, and nothing else; `.map(..)` and `.each` are calls with a function.
    Loop {
        /// What is walked over, where something is.
        over: Option<Expr>,
        /// The name that each item gets.
        item: String,
        body: Vec<Stmt>,
        at: At,
    },
    /// Branches, try blocks, `with`, `using`, `switch`: their statements in order, conditions first.
    Block(Vec<Stmt>),
    /// A function inside a function.
    Function(Function),
    /// A type inside a function.
    Type(Type),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A text without its quotes, escapes undone. Symbols of Ruby are texts.
    Text(String, At),
    Number(f64, At),
    Bool(bool),
    Nothing,
    /// Pieces joined into one text.
    Template(Vec<Expr>, At),
    /// A local name, a constant, a type (`self` is the name of `this`, `@`, `$this` too).
    Name(String, At),
    Member(Box<Expr>, String, At),
    /// `x[k]`.
    Item(Box<Expr>, Box<Expr>, At),
    Call(Box<Call>),
    List(Vec<Expr>, At),
    /// Objects, dictionaries, hashes, struct literals: keys in order.
    Map(Vec<(String, Expr)>, At),
    /// One of several: a default, a conditional.
    Either(Vec<Expr>),
    Function(Box<Function>),
    /// An operator that makes no text, kept for the calls inside it.
    Other(Vec<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What is called: `Name`, or `Member(receiver, method)`.
    pub callee: Expr,
    pub arguments: Vec<Argument>,
    /// Type arguments (`getForObject<Order>`, `AddScoped<IOrders, Orders>`).
    pub types: Vec<TypeRef>,
    /// Makes a new object of the callee's type.
    pub constructs: bool,
    /// Of the method's name, so that a chain over several lines has a line per link.
    pub at: At,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// Of a keyword argument, or an annotation's attribute.
    pub name: Option<String>,
    pub value: Expr,
}

impl Outline {
    /// The 1-based line of an offset.
    pub fn line(&self, at: At) -> u32 {
        self.line_starts
            .partition_point(|start| *start <= at)
            .max(1) as u32
    }
}

/// Offsets at which the lines of a text start.
pub fn line_starts(text: &str) -> Vec<At> {
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    let mut starts = Vec::with_capacity(lines + 1);
    starts.push(0);
    starts.extend(text.match_indices('\n').map(|(at, _)| at as At + 1));
    starts
}

impl Expr {
    /// The text, where it is one plain text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Expr::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// `a.b.c` where the expression is names all the way down.
    pub fn dotted(&self) -> Option<String> {
        match self {
            Expr::Name(name, _) => Some(name.clone()),
            Expr::Member(of, name, _) => Some(format!("{}.{name}", of.dotted()?)),
            _ => None,
        }
    }

    pub fn at(&self) -> Option<At> {
        match self {
            Expr::Text(_, at)
            | Expr::Number(_, at)
            | Expr::Template(_, at)
            | Expr::Name(_, at)
            | Expr::Member(_, _, at)
            | Expr::Item(_, _, at)
            | Expr::List(_, at)
            | Expr::Map(_, at) => Some(*at),
            Expr::Call(call) => Some(call.at),
            Expr::Function(function) => Some(function.at),
            Expr::Either(items) | Expr::Other(items) => items.iter().find_map(Expr::at),
            Expr::Bool(_) | Expr::Nothing => None,
        }
    }
}

impl TypeRef {
    pub fn named(name: impl Into<String>) -> Self {
        TypeRef {
            name: name.into(),
            arguments: Vec::new(),
        }
    }
}
