import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { type JsonSchema, jsonSchema } from '../../config/json-schema.js'
import { violations } from '../support/json-schema.js'

const schema = jsonSchema()
const folder = new URL('../../../config/examples/', import.meta.url)
const files = readdirSync(folder)

t.ok(files.length > 0, 'there are examples')
for (const file of files) {
  t.test(`editors accept ${file}`, async (t) => {
    t.same(violations(schema, parse(readFileSync(new URL(file, folder), 'utf8'))), [])
  })
}

const peer = { address: '10.0.0.1', asn: 65000 }
const refused = [
  { what: 'a file without bgp and l2', file: {} },
  { what: 'bgp without asn', file: { bgp: {} } },
  { what: 'an unknown key', file: { bgp: { asn: 1 }, announcments: [] } },
  { what: 'no port', file: { bgp: { asn: 1 }, http: { listen: '127.0.0.1' } } },
  { what: 'a peer without address', file: { bgp: { asn: 1, peers: [{ asn: 1 }] } } },
  { what: 'a duration without unit', file: { bgp: { asn: 1, peers: [{ ...peer, holdTime: 90 }] } } },
  {
    what: 'a key in two places',
    file: { bgp: { asn: 1, peers: [{ ...peer, password: 'x', passwordFile: 'y' }] } },
  },
  { what: 'an announcement of nothing', file: { bgp: { asn: 1 }, announcements: [{ name: 'x' }] } },
  {
    what: 'an announcement of two kinds',
    file: { bgp: { asn: 1 }, announcements: [{ podCIDRs: [], prefixes: [] }] },
  },
  { what: 'a way that there is not', file: { l2: {}, announcements: [{ prefixes: [], via: ['ospf'] }] } },
  { what: 'a virtual router of number 256', file: { l2: { groups: [{ virtualRouterId: 256 }] } } },
] as const

t.ok(refused.length > 0)
for (const { what, file } of refused) {
  t.test(`editors mark ${what}`, async (t) => {
    t.not(violations(schema, file).length, 0)
  })
}

t.test('every key has a description', async (t) => {
  const places: string[] = []
  const visit = (at: JsonSchema, path: string): void => {
    for (const [key, child] of Object.entries((at.properties ?? {}) as Record<string, JsonSchema>)) {
      places.push(`${path}.${key}`)
      t.match(child.description, /\S.+\.$/, `${path}.${key}`)
      visit(child, `${path}.${key}`)
      visit((child.items ?? {}) as JsonSchema, `${path}.${key}[]`)
    }
  }
  visit(schema, '')
  t.ok(places.length > 60, `${places.length} keys`)
})
