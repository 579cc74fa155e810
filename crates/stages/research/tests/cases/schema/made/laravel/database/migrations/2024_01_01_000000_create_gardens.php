<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('gardens', function (Blueprint $table) {
            $table->id();
            $table->string('name', 90)->unique();
            $table->string('slug')->nullable()->index();
            $table->char('country', 2)->default('xx');
            $table->text('about');
            $table->mediumText('more')->nullable();
            $table->longText('most')->nullable();
            $table->integer('plots')->unsigned()->default(0);
            $table->unsignedBigInteger('area')->nullable();
            $table->tinyInteger('rank');
            $table->smallInteger('beds');
            $table->decimal('rent', 10, 3);
            $table->decimal('fee');
            $table->double('slope');
            $table->boolean('open')->default(true);
            $table->date('founded');
            $table->dateTime('visited')->nullable();
            $table->timestamp('checked', 3)->nullable();
            $table->time('opens');
            $table->json('extra')->nullable();
            $table->uuid('token');
            $table->binary('map')->nullable();
            $table->enum('state', ['wild', 'kept'])->default('wild');
            $table->ipAddress('seen_from')->nullable();
            $table->rememberToken();
            $table->timestamps();
            $table->softDeletes();
        });

        Schema::create('plants', function (Blueprint $table) {
            $table->increments('id');
            $table->foreignId('garden_id')->constrained()->cascadeOnDelete();
            $table->foreignId('moved_to')->nullable()->constrained('gardens');
            $table->unsignedInteger('parent_id')->nullable();
            $table->foreign('parent_id')->references('id')->on('plants')->onDelete('set null');
            $table->morphs('owner');
            $table->string('latin');
            $table->string('family');
            $table->unique(['latin', 'family']);
            $table->index(['family', 'garden_id'], 'plants_by_family');
        });

        Schema::create('garden_keeper', function (Blueprint $table) {
            $table->unsignedBigInteger('garden_id');
            $table->unsignedBigInteger('keeper_id');
            $table->primary(['garden_id', 'keeper_id']);
        });
    }

    public function down(): void
    {
        Schema::dropIfExists('garden_keeper');
        Schema::dropIfExists('plants');
        Schema::dropIfExists('gardens');
    }
};
