<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

class ChangeGardens extends Migration
{
    public function up()
    {
        Schema::table('gardens', function (Blueprint $table) {
            $table->dropColumn(['slope', 'beds']);
            $table->dropUnique(['name']);
            $table->string('motto')->after('name')->nullable();
        });
        Schema::table('plants', function (Blueprint $table) {
            $table->dropForeign(['moved_to']);
            $table->dropIndex('plants_by_family');
        });
        if (! Schema::hasColumn('plants', 'height')) {
            Schema::table('plants', function (Blueprint $table) {
                $table->unsignedSmallInteger('height')->default(1);
            });
        }
        DB::statement('CREATE INDEX plants_latin ON plants (latin)');
        Schema::rename('garden_keeper', 'keepings');
    }

    public function down()
    {
        Schema::rename('keepings', 'garden_keeper');
    }
}
