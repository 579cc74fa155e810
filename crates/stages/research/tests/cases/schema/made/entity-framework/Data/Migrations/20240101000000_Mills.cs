using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Mills.Data.Migrations
{
    public partial class Mills : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(name: "grain");

            migrationBuilder.CreateTable(
                name: "Mill",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    Notes = table.Column<string>(type: "text", nullable: true),
                    Rate = table.Column<decimal>(type: "numeric(10,2)", nullable: false, defaultValue: 0m),
                    Opened = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    shown = table.Column<bool>(name: "is_shown", type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Mill", x => x.Id);
                    table.UniqueConstraint("AK_Mill_Name", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "Sack",
                schema: "grain",
                columns: table => new
                {
                    MillId = table.Column<int>(type: "integer", nullable: false),
                    Number = table.Column<long>(type: "bigint", nullable: false),
                    Weight = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Sack", x => new { x.MillId, x.Number });
                    table.ForeignKey(
                        name: "FK_Sack_Mill_MillId",
                        column: x => x.MillId,
                        principalTable: "Mill",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Sack_Weight_Number",
                schema: "grain",
                table: "Sack",
                columns: new[] { "Weight", "Number" },
                unique: true);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "Sack", schema: "grain");
            migrationBuilder.DropTable(name: "Mill");
        }
    }
}
