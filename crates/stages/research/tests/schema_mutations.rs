//! Broken migrations lose what is broken, and nothing panics.

#[path = "common/mutate.rs"]
mod mutate;

use groundplan_research::fronts::{SourceText, liquibase, prisma, sql};
use groundplan_research::observation::FileFacts;
use groundplan_research::schema;

const TIMES: u32 = 300;

fn survives(path: &str, text: &str, read: fn(SourceText) -> FileFacts) {
    for mutated in mutate::of(text, TIMES) {
        let facts = read(SourceText {
            path,
            text: &mutated,
        });
        schema::recover(&[(path, &facts)].into_iter().collect());
    }
}

#[test]
fn sql_is_survived() {
    for text in [
        include_str!("cases/schema/postgresql/constructs/db/migration/V1__tables.sql"),
        include_str!("cases/schema/postgresql/constructs/db/migration/V2__changes.sql"),
        include_str!("cases/schema/postgresql/constructs/db/migration/V10__later.sql"),
    ] {
        survives("db/migration/V1__a.sql", text, sql::read);
    }
    for text in [
        include_str!("cases/schema/mysql/constructs/migrations/V1__tables.sql"),
        include_str!("cases/schema/mysql/constructs/migrations/V2__changes.sql"),
    ] {
        survives("mysql/V1__a.sql", text, sql::read);
    }
}

#[test]
fn change_logs_are_survived() {
    let xml = r#"<databaseChangeLog>
  <property name="id" value="bigint" dbms="postgresql, h2"/>
  <include file="more.xml" relativeToChangelogFile="true"/>
  <changeSet id="1" author="a" dbms="!oracle">
    <preConditions onFail="MARK_RAN"><not><tableExists tableName="A"/></not></preConditions>
    <createTable tableName="A"><column name="ID" type="${id}" autoIncrement="true">
      <constraints primaryKey="true" nullable="false"/></column></createTable>
    <addColumn tableName="A"><column name="b" type="VARCHAR(20)" defaultValue="é"/></addColumn>
    <createIndex tableName="A" indexName="a_b" unique="true"><column name="b"/></createIndex>
    <sql>ALTER TABLE A ADD c int;</sql>
  </changeSet></databaseChangeLog>"#;
    survives("db/changelog/a.xml", xml, liquibase::read);
    let json = r#"{"databaseChangeLog": [{"changeSet": {"id": "1", "changes": [{"createTable": {"tableName": "a",
      "columns": [{"column": {"name": "id", "type": "int", "constraints": {"primaryKey": true}}}]}}]}}]}"#;
    survives("db/changelog/a.json", json, liquibase::read);
}

#[test]
fn prisma_is_survived() {
    let text = "datasource db {\n  provider = \"mysql\"\n}\nmodel A {\n  id Int @id @default(autoincrement())\n  \
                name String? @db.VarChar(20) @map(\"é\")\n  bs B[]\n  @@unique([id, name])\n}\nmodel B {\n  id String @id\n  as A[]\n}\n";
    survives("schema.prisma", text, prisma::read);
}
