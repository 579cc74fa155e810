"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) { return mod; };
Object.defineProperty(exports, "__esModule", { value: true });
exports.router = exports.limit = void 0;
const express_1 = __importDefault(require("express"));
const pg_1 = require("pg");
exports.router = express_1.default.Router();
exports.limit = 5;
exports.router.get('/x', (req, res) => new pg_1.Pool());
