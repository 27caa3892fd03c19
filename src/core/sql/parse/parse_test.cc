#include "core/sql/parse/parse.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/sql/parse/command_tag.h"
#include "heliosdb/error.h"

namespace heliosdb::sql::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

StatementPtr MustParse(std::string_view sql) {
  absl::StatusOr<StatementPtr> statement = ParseStatement(sql);
  EXPECT_TRUE(statement.ok()) << sql << ": " << statement.status().ToString();
  return statement.ok() ? *std::move(statement) : std::make_unique<OtherStatement>();
}

struct ExpectedError {
  std::string_view sql;
  std::string_view state;
  std::string_view message;
  int position;
};

void ExpectError(const ExpectedError& expected) {
  const absl::Status status = Parse(expected.sql).status();
  EXPECT_EQ(SqlStateOf(status), expected.state) << expected.sql;
  EXPECT_EQ(status.message(), std::string(expected.message)) << expected.sql;
  EXPECT_EQ(ErrorPositionOf(status).value_or(0), expected.position) << expected.sql;
}

std::string Repeat(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(Parse, GivesEachStatementOfAScriptItsRange) {
  const std::string_view script =
      " -- first\n SELECT 1 ;; /* x */ INSERT INTO t VALUES (2) -- end\n";
  absl::StatusOr<std::vector<StatementPtr>> statements = Parse(script);
  ASSERT_TRUE(statements.ok());
  ASSERT_THAT(*statements, SizeIs(2));
  const TextRange first = (*statements)[0]->range;
  const TextRange second = (*statements)[1]->range;
  EXPECT_EQ(script.substr(first.start, first.length), "SELECT 1");
  EXPECT_EQ(script.substr(second.start, second.length), "INSERT INTO t VALUES (2)");
  EXPECT_EQ((*statements)[1]->kind, StatementKind::kInsert);
}

TEST(Parse, TakesEmptyTextAsNoStatement) {
  absl::StatusOr<std::vector<StatementPtr>> statements = Parse(" ; -- nothing\n");
  ASSERT_TRUE(statements.ok());
  EXPECT_THAT(*statements, IsEmpty());
  EXPECT_EQ(SqlStateOf(ParseStatement("").status()), "42601");
  EXPECT_EQ(SqlStateOf(ParseStatement("SELECT 1; SELECT 2").status()), "42601");
}

TEST(Parse, ReportsErrorsAsPostgresDoes) {
  ExpectError({"SELEC 1", "42601", "syntax error at or near \"SELEC\"", 1});
  ExpectError({"SELECT 1 FROM", "42601", "syntax error at end of input", 14});
  ExpectError({"SELECT 'é' AS \"ü\" FRM x y", "42601", "syntax error at or near \"FRM\"", 19});
  ExpectError({"SELECT 'open", "42601", "unterminated quoted string at or near \"'open\"", 8});
  ExpectError({"SELECT 1abc", "42601", "trailing junk after numeric literal at or near \"1a\"", 8});
  ExpectError({"SELECT 1 LIMIT 1, 2", "42601", "LIMIT #,# syntax is not supported", 10});
  ExpectError({"SELECT * FROM (SELECT 1)", "42601", "subquery in FROM must have an alias", 15});
  ExpectError({"SELECT a.b.c.d.e()", "42601",
               "improper qualified name (too many dotted names): a.b.c.d.e", 8});
  ExpectError(
      {"CREATE TABLE t (a int NOT NULL DEFERRABLE)", "42601", "misplaced DEFERRABLE clause", 32});
  ExpectError({"SELECT sum(a) OVER (ROWS UNBOUNDED FOLLOWING) FROM t", "42P20",
               "frame start cannot be UNBOUNDED FOLLOWING", 26});
  ExpectError({"SELECT $0", "42P02", "there is no parameter $0", 8});
  ExpectError({"SET x = $1", "42601", "syntax error at or near \"$1\"", 9});
}

TEST(Parse, GivesHintsWithTheErrorsThatHaveThem) {
  EXPECT_EQ(ErrorHintOf(Parse("SELECT 1 LIMIT 1, 2").status()),
            "Use separate LIMIT and OFFSET clauses.");
}

TEST(Parse, RefusesTextThatIsNotUtf8) {
  ExpectError({"SELECT '\xff'", "22021", "invalid byte sequence for encoding \"UTF8\": 0xff", 0});
  ExpectError({"SELECT '\xe9 '", "22021",
               "invalid byte sequence for encoding \"UTF8\": 0xe9 0x20 0x27", 0});
  ExpectError({std::string_view("SELECT \0 1", 10), "22021",
               "invalid byte sequence for encoding \"UTF8\": 0x00", 0});
}

TEST(Parse, RefusesDeepNestingWithoutRecursing) {
  for (const int count : {2000, 100000}) {
    for (const std::string& sql : {
             "SELECT " + Repeat("(", count) + "1" + Repeat(")", count),
             "SELECT 1" + Repeat("+1", count),
             "SELECT " + Repeat("NOT ", count) + "true",
             "SELECT " + Repeat("- ", count) + "1",
             "SELECT " + Repeat("CASE WHEN a THEN ", count) + "1" + Repeat(" END", count),
             "SELECT " + Repeat("(", count / 2) + "1" + Repeat("+1)", count / 2),
             "SELECT 1" + Repeat(" UNION SELECT 1", count),
             "SELECT 1 FROM a" + Repeat(" CROSS JOIN b", count),
             "SELECT " + Repeat("(SELECT ", count) + "1" + Repeat(")", count),
             "SELECT ARRAY" + Repeat("[", count) + "1" + Repeat("]", count),
             "SELECT " + Repeat("(", count),
         }) {
      EXPECT_EQ(SqlStateOf(Parse(sql).status()), "54001") << sql.substr(0, 40);
    }
  }
}

TEST(Parse, JoinsStringsAcrossLinesAndComments) {
  const StatementPtr statement = MustParse("SELECT 'a'\n'b', 'c' -- x\n -- y\n 'd', 'é' -- ü\n");
  const auto& targets = statement->As<SelectStatement>().targets;
  EXPECT_EQ(targets[0].value->As<Constant>().text, "ab");
  EXPECT_EQ(targets[1].value->As<Constant>().text, "cd");
  EXPECT_EQ(targets[2].value->As<Constant>().text, "é");
}

TEST(Parse, TakesLongFlatText) {
  constexpr int kCount = 20000;
  for (const std::string& sql : {
           "SELECT a IN (1" + Repeat(", -1", kCount) + ")",
           "SELECT 1 WHERE a = 1" + Repeat(" OR b = 2", kCount),
           "INSERT INTO t VALUES (1 + 1)" + Repeat(", (1 + 1)", kCount),
           Repeat("SELECT 1 + 1;", kCount),
       }) {
    EXPECT_TRUE(Parse(sql).ok()) << sql.substr(0, 40);
  }
}

TEST(Parse, CountsPositionsInCharacters) {
  const StatementPtr statement = MustParse("SELECT 'äöü', name FROM users");
  const auto& select = statement->As<SelectStatement>();
  EXPECT_EQ(select.targets[0].value->position, 8);
  EXPECT_EQ(select.targets[1].value->position, 15);
  EXPECT_EQ(select.from[0]->position, 25);
}

TEST(Parse, KeepsNegativeNumbersAndBigOnes) {
  const StatementPtr statement = MustParse("SELECT -1, 0, 99999999999, -1.5, 1e3, B'101'");
  const auto& targets = statement->As<SelectStatement>().targets;
  EXPECT_EQ(targets[0].value->As<Constant>().integer, -1);
  EXPECT_EQ(targets[1].value->As<Constant>().integer, 0);
  EXPECT_EQ(targets[2].value->As<Constant>().text, "99999999999");
  EXPECT_EQ(targets[3].value->As<Constant>().text, "-1.5");
  EXPECT_EQ(targets[4].value->As<Constant>().text, "1e3");
  EXPECT_EQ(targets[5].value->As<Constant>().type, ConstantType::kBitString);
}

TEST(Parse, ReadsSpecialComparisons) {
  const StatementPtr statement = MustParse(
      "SELECT a NOT IN (1, 2), a NOT BETWEEN SYMMETRIC 1 AND 2, a NOT ILIKE 'x' ESCAPE '!', "
      "a IS NOT DISTINCT FROM b, a <> ALL (c), a IS NOT UNKNOWN, a IN (SELECT 1)");
  const auto& targets = statement->As<SelectStatement>().targets;
  EXPECT_TRUE(targets[0].value->As<InExpression>().is_negated);
  EXPECT_THAT(targets[0].value->As<InExpression>().list, SizeIs(2));
  EXPECT_TRUE(targets[1].value->As<BetweenExpression>().is_symmetric);
  EXPECT_TRUE(targets[1].value->As<BetweenExpression>().is_negated);
  const auto& like = targets[2].value->As<LikeExpression>();
  EXPECT_EQ(like.op, LikeOperator::kILike);
  EXPECT_TRUE(like.is_negated);
  EXPECT_EQ(like.escape->As<Constant>().text, "!");
  EXPECT_TRUE(targets[3].value->As<DistinctExpression>().is_negated);
  EXPECT_EQ(targets[4].value->As<QuantifiedExpression>().quantifier, Quantifier::kAll);
  EXPECT_EQ(targets[5].value->As<BooleanTest>().value, TruthValue::kUnknown);
  EXPECT_EQ(targets[6].value->As<Sublink>().sublink, SublinkKind::kAny);
}

TEST(Parse, ReadsJoinsAndLockingClauses) {
  const StatementPtr statement = MustParse(
      "SELECT * FROM a NATURAL LEFT JOIN b JOIN LATERAL (SELECT 1) c(x) USING (id) AS u, ONLY s.d "
      "FOR NO KEY UPDATE OF a SKIP LOCKED");
  const auto& select = statement->As<SelectStatement>();
  ASSERT_THAT(select.from, SizeIs(2));
  const auto& join = select.from[0]->As<JoinFromItem>();
  EXPECT_THAT(join.using_columns, ElementsAre("id"));
  EXPECT_EQ(join.using_alias, "u");
  EXPECT_TRUE(join.left->As<JoinFromItem>().is_natural);
  EXPECT_EQ(join.left->As<JoinFromItem>().type, JoinType::kLeft);
  EXPECT_TRUE(join.right->As<SubqueryFromItem>().is_lateral);
  EXPECT_THAT(join.right->alias.columns, ElementsAre("x"));
  EXPECT_TRUE(select.from[1]->As<TableFromItem>().table.is_only);
  EXPECT_EQ(select.locking[0].strength, LockStrength::kNoKeyUpdate);
  EXPECT_EQ(select.locking[0].wait, LockWait::kSkipLocked);
}

TEST(Parse, ReadsWindowFrames) {
  const StatementPtr statement = MustParse(
      "SELECT f(DISTINCT a ORDER BY b) FILTER (WHERE c) OVER (w PARTITION BY d "
      "ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES) FROM t "
      "WINDOW w AS (ORDER BY e DESC NULLS LAST)");
  const auto& select = statement->As<SelectStatement>();
  const auto& call = select.targets[0].value->As<FunctionCall>();
  EXPECT_TRUE(call.is_distinct);
  EXPECT_EQ(call.over->base_name, "w");
  EXPECT_EQ(call.over->frame_mode, FrameMode::kRows);
  EXPECT_EQ(call.over->frame_start, FrameBound::kOffsetPreceding);
  EXPECT_EQ(call.over->frame_end, FrameBound::kUnboundedFollowing);
  EXPECT_EQ(call.over->frame_exclusion, FrameExclusion::kTies);
  EXPECT_EQ(select.windows[0].order_by[0].nulls, NullsOrder::kLast);
}

TEST(Parse, ReadsInsertOnConflict) {
  const StatementPtr statement = MustParse(
      "INSERT INTO t AS x (a, b[1]) OVERRIDING USER VALUE VALUES (1, DEFAULT) "
      "ON CONFLICT (lower(a) text_ops) WHERE c DO UPDATE SET (a, b) = (SELECT 1, 2), c = 3 "
      "WHERE x.d RETURNING *");
  const auto& insert = statement->As<InsertStatement>();
  EXPECT_EQ(insert.alias.name, "x");
  EXPECT_EQ(insert.overriding, Overriding::kUserValue);
  EXPECT_THAT(insert.columns[1].steps, SizeIs(1));
  EXPECT_EQ(insert.source->values[0][1]->kind, ExpressionKind::kDefault);
  ASSERT_NE(insert.on_conflict, nullptr);
  EXPECT_EQ(insert.on_conflict->elements[0].operator_class.name, "text_ops");
  ASSERT_THAT(insert.on_conflict->set, SizeIs(2));
  EXPECT_TRUE(insert.on_conflict->set[0].is_multiple);
  EXPECT_THAT(insert.on_conflict->set[0].targets, SizeIs(2));
  EXPECT_THAT(insert.returning, SizeIs(1));
}

TEST(Parse, ReadsCreateTable) {
  const StatementPtr statement = MustParse(
      "CREATE TEMP TABLE IF NOT EXISTS t (a int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, "
      "b varchar(10)[] COLLATE \"C\" NOT NULL DEFAULT 'x', "
      "c int GENERATED BY DEFAULT AS IDENTITY (START 5), d int GENERATED ALWAYS AS (a + 1) STORED, "
      "CONSTRAINT k FOREIGN KEY (a, b) REFERENCES x (c, d) MATCH FULL ON DELETE SET NULL "
      "ON UPDATE CASCADE, CHECK (a > 0) NO INHERIT, LIKE y INCLUDING DEFAULTS) ON COMMIT DROP");
  const auto& create = statement->As<CreateTableStatement>();
  EXPECT_EQ(create.table.persistence, Persistence::kTemporary);
  EXPECT_TRUE(create.if_not_exists);
  EXPECT_EQ(create.on_commit, OnCommit::kDrop);
  ASSERT_THAT(create.elements, SizeIs(7));
  const Constraint& key = create.elements[0].column->constraints[0];
  EXPECT_EQ(key.kind, ConstraintKind::kPrimaryKey);
  EXPECT_TRUE(key.is_deferrable);
  EXPECT_TRUE(key.is_initially_deferred);
  const ColumnDefinition& b = *create.elements[1].column;
  EXPECT_EQ(b.type.name, (QualifiedName{.catalog = "", .schema = "pg_catalog", .name = "varchar"}));
  EXPECT_THAT(b.type.array_bounds, ElementsAre(-1));
  EXPECT_EQ(b.type.modifiers[0]->As<Constant>().integer, 10);
  EXPECT_EQ(b.collation.name, "C");
  EXPECT_THAT(b.constraints, SizeIs(2));
  const Constraint& identity = create.elements[2].column->constraints[0];
  EXPECT_EQ(identity.generated_when, GeneratedWhen::kByDefault);
  EXPECT_EQ(identity.sequence_options[0].name, "start");
  EXPECT_EQ(create.elements[3].column->constraints[0].kind, ConstraintKind::kGenerated);
  const Constraint& foreign = *create.elements[4].constraint;
  EXPECT_EQ(foreign.name, "k");
  EXPECT_EQ(foreign.match, ForeignKeyMatch::kFull);
  EXPECT_EQ(foreign.on_delete, ForeignKeyAction::kSetNull);
  EXPECT_EQ(foreign.on_update, ForeignKeyAction::kCascade);
  EXPECT_TRUE(create.elements[5].constraint->is_no_inherit);
  EXPECT_TRUE(create.elements[6].like->Includes(LikeOption::kDefaults));
}

TEST(Parse, ReadsAlterTable) {
  const StatementPtr statement = MustParse(
      "ALTER TABLE IF EXISTS ONLY t ADD COLUMN IF NOT EXISTS a int, DROP b CASCADE, "
      "ALTER c TYPE text USING c::text, ALTER d SET DEFAULT 1, ALTER e DROP DEFAULT, "
      "ADD CONSTRAINT u UNIQUE USING INDEX i, VALIDATE CONSTRAINT v, OWNER TO joe, "
      "SET (fillfactor = 70), ALTER f SET STATISTICS -1");
  const auto& alter = statement->As<AlterTableStatement>();
  EXPECT_TRUE(alter.if_exists);
  EXPECT_TRUE(alter.table.is_only);
  ASSERT_THAT(alter.commands, SizeIs(10));
  EXPECT_TRUE(alter.commands[0].if_exists);
  EXPECT_EQ(alter.commands[1].behavior, DropBehavior::kCascade);
  EXPECT_EQ(alter.commands[2].type->name.name, "text");
  EXPECT_EQ(alter.commands[2].expression->kind, ExpressionKind::kTypeCast);
  EXPECT_NE(alter.commands[3].expression, nullptr);
  EXPECT_EQ(alter.commands[4].action, AlterTableAction::kColumnDefault);
  EXPECT_EQ(alter.commands[4].expression, nullptr);
  EXPECT_EQ(alter.commands[5].constraint->using_index, "i");
  EXPECT_EQ(alter.commands[7].role, "joe");
  EXPECT_EQ(alter.commands[8].options[0].value->As<Constant>().integer, 70);
  EXPECT_EQ(alter.commands[9].expression->As<Constant>().integer, -1);
}

TEST(Parse, ReadsSequencesViewsAndIndexes) {
  const StatementPtr sequence =
      MustParse("CREATE SEQUENCE s AS bigint INCREMENT -1 NO MAXVALUE CYCLE OWNED BY a.b");
  const std::vector<Option>& options = sequence->As<CreateSequenceStatement>().options;
  EXPECT_EQ(options[0].type->name.name, "int8");
  EXPECT_EQ(options[1].value->As<Constant>().integer, -1);
  EXPECT_EQ(options[2].value, nullptr);
  EXPECT_TRUE(options[3].value->As<Constant>().boolean);
  EXPECT_EQ(options[4].object.schema, "a");
  const StatementPtr view =
      MustParse("CREATE OR REPLACE VIEW v (a) AS SELECT 1 WITH LOCAL CHECK OPTION");
  EXPECT_EQ(view->As<CreateViewStatement>().check, ViewCheck::kLocal);
  const StatementPtr index = MustParse(
      "CREATE UNIQUE INDEX CONCURRENTLY ON t (a DESC NULLS LAST, (b + 1)) INCLUDE (c) WHERE d > 0");
  const auto& create = index->As<CreateIndexStatement>();
  EXPECT_TRUE(create.is_concurrent);
  EXPECT_EQ(create.access_method, "btree");
  EXPECT_EQ(create.elements[0].direction, SortDirection::kDescending);
  EXPECT_EQ(create.elements[1].expression->kind, ExpressionKind::kOperator);
  EXPECT_THAT(create.including, SizeIs(1));
}

TEST(Parse, ReadsTransactionsAndSettings) {
  const StatementPtr begin = MustParse("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  const auto& transaction = begin->As<TransactionStatement>();
  EXPECT_EQ(transaction.modes.isolation, IsolationLevel::kRepeatableRead);
  EXPECT_EQ(transaction.modes.is_read_only, true);
  EXPECT_EQ(transaction.modes.is_deferrable, std::nullopt);
  const StatementPtr set = MustParse("SET LOCAL search_path TO a, 'b'");
  EXPECT_TRUE(set->As<SetVariableStatement>().is_local);
  EXPECT_EQ(set->As<SetVariableStatement>().values[1]->As<Constant>().text, "b");
  EXPECT_EQ(MustParse("SET TIME ZONE 'UTC'")->As<SetVariableStatement>().name, "timezone");
  const StatementPtr modes = MustParse("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
  EXPECT_EQ(modes->As<SetVariableStatement>().action, SetVariableAction::kTransaction);
  EXPECT_EQ(modes->As<SetVariableStatement>().modes.isolation, IsolationLevel::kSerializable);
  EXPECT_EQ(MustParse("LOCK t IN SHARE MODE NOWAIT")->As<LockTableStatement>().mode,
            TableLockMode::kShare);
}

TEST(Parse, TurnsSelectIntoIntoCreateTableAs) {
  const StatementPtr statement = MustParse("SELECT 1 AS a INTO TEMP x UNION SELECT 2");
  const auto& create = statement->As<CreateTableAsStatement>();
  EXPECT_TRUE(create.is_select_into);
  EXPECT_EQ(create.into.table.persistence, Persistence::kTemporary);
  EXPECT_EQ(create.query->As<SelectStatement>().set_operation, SetOperation::kUnion);
}

TEST(Parse, NamesWhatItHasNoNodeFor) {
  EXPECT_EQ(MustParse("CREATE TRIGGER x BEFORE INSERT ON t EXECUTE FUNCTION f()")
                ->As<OtherStatement>()
                .feature,
            "CREATE TRIGGER");
  EXPECT_EQ(MustParse("DROP FUNCTION f(int)")->As<OtherStatement>().feature, "DROP FUNCTION");
  EXPECT_EQ(MustParse("CREATE EXTENSION x")->As<OtherStatement>().feature, "CREATE EXTENSION");
  const StatementPtr xml = MustParse("SELECT XMLELEMENT(NAME a)");
  EXPECT_EQ(xml->As<OtherStatement>().feature, "XMLELEMENT");
  EXPECT_EQ(xml->position, 8);
}

TEST(Parse, NamesCommands) {
  EXPECT_EQ(CommandTag(*MustParse("START TRANSACTION")), "START TRANSACTION");
  EXPECT_EQ(CommandTag(*MustParse("ROLLBACK TO a")), "ROLLBACK");
  EXPECT_EQ(CommandTag(*MustParse("DROP MATERIALIZED VIEW v")), "DROP MATERIALIZED VIEW");
  EXPECT_EQ(CommandTag(*MustParse("ALTER INDEX a RENAME TO b")), "ALTER INDEX");
  EXPECT_EQ(CommandTag(*MustParse("ALTER TABLE a RENAME b TO c")), "ALTER TABLE");
  EXPECT_EQ(CommandTag(*MustParse("SELECT 1 INTO x")), "SELECT INTO");
  EXPECT_EQ(CommandTag(*MustParse("DO 'x'")), "DO");
}

TEST(SplitStatements, WorksOnTextWithMistakes) {
  const std::string_view script = "SELEC 1; CREATE RULE (a; b); 'x;y' $$;$$;; -- c\n SELECT 'open";
  absl::StatusOr<std::vector<ScriptPiece>> pieces = SplitStatements(script);
  ASSERT_TRUE(pieces.ok());
  std::vector<std::string_view> texts;
  for (const ScriptPiece& piece : *pieces) {
    texts.push_back(script.substr(piece.range.start, piece.range.length));
  }
  EXPECT_THAT(texts, ElementsAre("SELEC 1", "CREATE RULE (a; b)", "'x;y' $$;$$", "SELECT 'open"));
  EXPECT_TRUE(pieces->at(2).is_terminated);
  EXPECT_FALSE(pieces->at(3).is_terminated);
}

TEST(OutputName, FollowsPostgres) {
  const StatementPtr statement = MustParse(
      "SELECT a.b, count(*), x::int, 1::int4, (r).f[1], CASE WHEN a THEN 1 END, CASE WHEN a THEN 1 "
      "ELSE c END, (SELECT q), EXISTS (SELECT 1), -1, current_date, true, (VALUES (1)), "
      "(SELECT 1)::text");
  std::vector<std::string> names;
  for (const TargetItem& target : statement->As<SelectStatement>().targets) {
    names.push_back(OutputName(target.value));
  }
  EXPECT_THAT(names, ElementsAre("b", "count", "x", "int4", "f", "case", "c", "q", "exists",
                                 "?column?", "current_date", "?column?", "column1", "?column?"));
}

TEST(LeftmostPosition, LooksLeftOfTheOperator) {
  const StatementPtr statement = MustParse("SELECT a + b = c");
  const Expression& expression = *statement->As<SelectStatement>().targets[0].value;
  EXPECT_EQ(expression.position, 14);
  EXPECT_EQ(LeftmostPosition(expression), 8);
}

TEST(ParseExpression, TakesOneExpressionAlone) {
  EXPECT_TRUE(ParseExpression("a > 1 -- comment").ok());
  EXPECT_FALSE(ParseExpression("a, b").ok());
  EXPECT_FALSE(ParseExpression("1) FROM t WHERE (true").ok());
  EXPECT_FALSE(ParseExpression("1); DROP TABLE t; SELECT (1").ok());
  EXPECT_EQ(ParseTypeName("numeric(10,2)[]")->name.name, "numeric");
  EXPECT_FALSE(ParseTypeName("int) FROM (t").ok());
}

}  // namespace
}  // namespace heliosdb::sql::parse
