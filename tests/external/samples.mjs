// Every example in an OpenAPI 3.1 file validates against the schema it stands beside.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { main, problem } from './lib.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const SCHEMA_MAPS = ['properties', 'patternProperties', '$defs', 'dependentSchemas'];
const SCHEMA_LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const SCHEMAS = ['items', 'not', 'if', 'then', 'else', 'contains', 'additionalProperties', 'propertyNames',
  'unevaluatedProperties', 'unevaluatedItems'];

export async function check(files) {
  return files.flatMap((file) => checkFile(file));
}

function checkFile(file) {
  let document;
  try {
    document = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return [problem('samples', file, 'unreadable', String(error))];
  }
  const walk = new Walk(file, document);
  walk.document();
  if (walk.examples === 0) walk.fault('no-examples', '#', 'the file holds no example at all');
  return walk.problems;
}

class Walk {
  constructor(file, document) {
    this.file = file;
    this.root = document ?? {};
    this.problems = [];
    this.examples = 0;
    this.seen = new Set();
    this.ajv = new Ajv2020({ strict: false, allErrors: true, logger: false, passContext: true, validateSchema: false });
    addFormats(this.ajv);
    // A property that is only read must not be sent, one that is only written must not come back.
    for (const [keyword, wrong] of [['readOnly', 'request'], ['writeOnly', 'response']]) {
      this.ajv.removeKeyword(keyword);
      this.ajv.addKeyword({
        keyword,
        validate: function direction(on) {
          return !(on && this?.direction === wrong);
        },
        error: { message: `is ${keyword} and stands in a ${wrong}` },
      });
    }
    this.ajv.addSchema(this.root, 'file:///document');
  }

  fault(rule, pointer, message) {
    this.problems.push(problem('samples', this.file, rule, message, { at: pointer }));
  }

  /** Follows a `$ref` inside the file: the node and its pointer. */
  follow(node, pointer) {
    let hops = 0;
    while (typeof node?.$ref === 'string') {
      const target = node.$ref;
      const found = target.startsWith('#') ? this.at(target) : undefined;
      if (found === undefined || ++hops > 20) {
        this.fault('dangling-ref', pointer, `$ref '${target}' leads nowhere in this file`);
        return [undefined, pointer];
      }
      [node, pointer] = [found, target];
    }
    return [node, pointer];
  }

  at(pointer) {
    const keys = pointer.slice(1).split('/').slice(1);
    return keys.reduce((node, key) => node?.[unescape(key)], this.root);
  }

  document() {
    const parts = this.root.components ?? {};
    const each = (map, pointer, visit) => {
      for (const [key, node] of Object.entries(map ?? {})) visit(node, `${pointer}/${escape(key)}`);
    };
    each(this.root.paths, '#/paths', (node, at) => this.pathItem(node, at));
    each(this.root.webhooks, '#/webhooks', (node, at) => this.pathItem(node, at));
    each(parts.pathItems, '#/components/pathItems', (node, at) => this.pathItem(node, at));
    each(parts.schemas, '#/components/schemas', (node, at) => this.schema(node, at));
    each(parts.parameters, '#/components/parameters', (node, at) => this.valued(node, at, 'request'));
    each(parts.headers, '#/components/headers', (node, at) => this.valued(node, at, 'response'));
    each(parts.requestBodies, '#/components/requestBodies', (node, at) => this.valued(node, at, 'request'));
    each(parts.responses, '#/components/responses', (node, at) => this.response(node, at));
  }

  pathItem(given, pointer) {
    const [item, at] = this.follow(given, pointer);
    this.parameters(item?.parameters, at);
    for (const method of METHODS) {
      const operation = item?.[method];
      if (!operation) continue;
      const place = `${at}/${method}`;
      this.parameters(operation.parameters, place);
      if (operation.requestBody) this.valued(operation.requestBody, `${place}/requestBody`, 'request');
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        this.response(response, `${place}/responses/${escape(status)}`);
      }
      for (const [name, callback] of Object.entries(operation.callbacks ?? {})) {
        const [paths, where] = this.follow(callback, `${place}/callbacks/${escape(name)}`);
        for (const [url, node] of Object.entries(paths ?? {})) this.pathItem(node, `${where}/${escape(url)}`);
      }
    }
  }

  parameters(list, pointer) {
    (list ?? []).forEach((node, index) => this.valued(node, `${pointer}/parameters/${index}`, 'request'));
  }

  response(given, pointer) {
    const [response, at] = this.follow(given, pointer);
    for (const [name, header] of Object.entries(response?.headers ?? {})) {
      this.valued(header, `${at}/headers/${escape(name)}`, 'response');
    }
    this.valued(response, at, 'response');
  }

  /** A parameter, header, body, response or media type: what has a schema with examples, or a content. */
  valued(given, pointer, direction) {
    const [node, at] = this.follow(given, pointer);
    if (!node || this.seen.has(`${direction} ${at}`)) return;
    this.seen.add(`${direction} ${at}`);
    for (const [type, media] of Object.entries(node.content ?? {})) {
      this.valued(media, `${at}/content/${escape(type)}`, direction);
    }
    if (!node.schema) return;
    this.schema(node.schema, `${at}/schema`);
    if ('example' in node) this.sample(node.example, `${at}/schema`, `${at}/example`, direction);
    for (const [name, entry] of Object.entries(node.examples ?? {})) {
      const [example, place] = this.follow(entry, `${at}/examples/${escape(name)}`);
      if (example && 'value' in example) this.sample(example.value, `${at}/schema`, `${place}/value`, direction);
    }
  }

  schema(schema, pointer) {
    if (!schema || typeof schema !== 'object' || this.seen.has(`schema ${pointer}`)) return;
    this.seen.add(`schema ${pointer}`);
    if (typeof schema.$ref === 'string') this.follow(schema, pointer);
    if ('example' in schema) this.sample(schema.example, pointer, `${pointer}/example`);
    if (Array.isArray(schema.examples)) {
      schema.examples.forEach((value, index) => this.sample(value, pointer, `${pointer}/examples/${index}`));
    }
    for (const key of SCHEMA_MAPS) {
      for (const [name, inner] of Object.entries(schema[key] ?? {})) {
        this.schema(inner, `${pointer}/${key}/${escape(name)}`);
      }
    }
    for (const key of SCHEMA_LISTS) {
      (schema[key] ?? []).forEach((inner, index) => this.schema(inner, `${pointer}/${key}/${index}`));
    }
    for (const key of SCHEMAS) this.schema(schema[key], `${pointer}/${key}`);
  }

  sample(value, schemaPointer, pointer, direction) {
    this.examples += 1;
    let validate;
    try {
      const fragment = schemaPointer.split('/').map(encodeURIComponent).join('/').replace(/^%23/, '#');
      validate = this.ajv.compile({ $ref: `file:///document${fragment}` });
    } catch (error) {
      this.fault('bad-schema', schemaPointer, String(error.message ?? error));
      return;
    }
    validate.call({ direction }, value);
    for (const error of validate.errors ?? []) {
      if (!this.excused(error, direction)) {
        this.fault('invalid-example', `${pointer}${error.instancePath}`, `${error.schemaPath}: ${error.message}`);
      }
    }
  }

  /** A required property that only goes the other way may be missing. */
  excused(error, direction) {
    if (error.keyword !== 'required' || !direction) return false;
    const wrong = direction === 'request' ? 'readOnly' : 'writeOnly';
    const pointer = error.schemaPath.replace(/^.*#/, '#').replace(/\/required$/, '');
    // Through a reference the path may name the place that refers, or the place referred to.
    const [holder] = this.follow(this.at(pointer), pointer);
    const property = holder?.properties?.[error.params.missingProperty];
    const [resolved] = property ? this.follow(property, '') : [];
    return property?.[wrong] === true || resolved?.[wrong] === true;
  }
}

function escape(key) {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescape(key) {
  let plain = key;
  try {
    plain = decodeURIComponent(key);
  } catch {
    // A percent sign that encodes nothing stands for itself.
  }
  return plain.replaceAll('~1', '/').replaceAll('~0', '~');
}

await main(import.meta.url, check);
