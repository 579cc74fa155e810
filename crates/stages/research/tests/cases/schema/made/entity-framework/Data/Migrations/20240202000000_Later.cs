using Microsoft.EntityFrameworkCore.Migrations;

namespace Mills.Data.Migrations
{
    public partial class Later : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(name: "Code", table: "Mill", type: "character varying(8)", nullable: false, defaultValue: "");
            migrationBuilder.AlterColumn<string>(name: "Notes", table: "Mill", type: "character varying(200)", nullable: false, oldClrType: typeof(string), oldType: "text", oldNullable: true);
            migrationBuilder.RenameColumn(name: "Rate", table: "Mill", newName: "Fee");
            migrationBuilder.DropColumn(name: "Opened", table: "Mill");
            migrationBuilder.DropIndex(name: "IX_Sack_Weight_Number", schema: "grain", table: "Sack");
            migrationBuilder.CreateIndex(name: "IX_Mill_Code", table: "Mill", column: "Code");
            migrationBuilder.RenameTable(name: "Mill", newName: "Mills");
            migrationBuilder.Sql("CREATE INDEX mills_fee ON \"Mills\" (\"Fee\")");
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
        }
    }
}
