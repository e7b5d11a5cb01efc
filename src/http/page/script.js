// The page of a node: reads /state every two seconds, and follows /events. Everything that comes from there is written
// as text, never as markup: peers choose some of it.
const EVERY_MS = 2000
const SAMPLES = 60
const MOST_EVENTS = 200

const at = (id) => document.getElementById(id)

function make(tag, className, ...inside) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...inside.filter((each) => each !== undefined))
  return element
}

function card(kind, title, state, ...lines) {
  const head = make('h3', '', make('span', '', title), make('span', 'state', state))
  return make('div', `card ${kind}`, head, ...lines)
}

const line = (text, className = '') => make('p', className, text)

function duration(seconds) {
  const units = [
    [86400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ]
  for (const [size, name] of units) if (seconds >= size) return `${Math.floor(seconds / size)} ${name}`
  return `${seconds} s`
}

const clock = (iso) => new Date(iso).toLocaleTimeString()
const count = (number) => number.toLocaleString('en')
const plural = (number, word, more = 's') => `${count(number)} ${word}${number === 1 ? '' : more}`

// How many updates each peer sent and was sent, sample by sample.
const histories = new Map()

function remember({ name, updates }) {
  const history = histories.get(name) ?? { last: updates, sent: [], received: [] }
  for (const way of ['sent', 'received']) {
    // A count that falls began anew.
    history[way].push(Math.max(0, updates[way] - history.last[way]))
    if (history[way].length > SAMPLES) history[way].shift()
  }
  history.last = updates
  histories.set(name, history)
  return history
}

function sparkline({ sent, received }) {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('viewBox', `0 0 ${SAMPLES - 1} 20`)
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', 'updates sent and received in the last two minutes')
  const most = Math.max(1, ...sent, ...received)
  for (const [values, className] of [
    [sent, 'sent'],
    [received, 'received'],
  ]) {
    const polyline = document.createElementNS(space, 'polyline')
    const from = SAMPLES - values.length
    const points = values.map((value, i) => `${from + i},${19 - (18 * value) / most}`)
    polyline.setAttribute('points', points.join(' '))
    polyline.setAttribute('class', className)
    svg.append(polyline)
  }
  return svg
}

function peerCard(peer) {
  const { name, address, peerAs, sessionState, uptimeSeconds, families, flaps, lastError } = peer
  const up = sessionState === 'established'
  const counts = families.map(
    ({ family, sent, received, advertised }) =>
      `${family}: ${count(advertised ?? sent ?? 0)} advertised, ${count(received)} received`,
  )
  return card(
    up ? 'good' : 'bad',
    name,
    up ? `up ${duration(uptimeSeconds)}` : sessionState.replace('_', ' '),
    line(`${address}, AS ${peerAs}${flaps > 0 ? `, ${count(flaps)} flaps` : ''}`),
    ...counts.map((text) => line(text)),
    lastError && line(`${clock(lastError.at)} ${lastError.text}`, up ? '' : 'trouble'),
    sparkline(remember(peer)),
  )
}

const addressKinds = { owner: 'good', backup: 'good', contested: 'bad', nowhere: 'bad', 'held-back': 'bad' }

function addressCard(row) {
  const { address, state, owner, mac, because, announcement, requestsAnswered, lastAsker, conflicts } = row
  return card(
    addressKinds[state] ?? '',
    address,
    state,
    line(`${announcement}${row.interface ? `, on ${row.interface}` : ''}${mac ? `, ${mac}` : ''}`),
    owner && line(`answered by ${owner.address} (priority ${owner.priority})`),
    because && line(because, 'trouble'),
    line(`${count(requestsAnswered)} answered${lastAsker ? `, the last to ${lastAsker.address}` : ''}`),
    conflicts > 0 ? line(`${count(conflicts)} claims by other stations`, 'trouble') : undefined,
    row.lastFailover && line(`last failover: ${row.lastFailover.milliseconds} ms`),
  )
}

function healthCard({ announcement, target, state, lastResult, heldBack }) {
  const kind = { healthy: 'good', unhealthy: 'bad' }[state] ?? ''
  return card(
    kind,
    announcement,
    state,
    line(target),
    heldBack && line(heldBack, 'trouble'),
    lastResult && line(lastResult.text),
  )
}

function askerRow({ address, asker, mac, vendor, asked, lastAt }) {
  const cells = [address, asker, vendor ? `${mac} (${vendor})` : mac, count(asked), clock(lastAt)]
  return make('tr', '', ...cells.map((text, i) => make('td', i === 3 ? 'number' : '', text)))
}

function fill(id, elements) {
  at(id).replaceChildren(...elements)
  const section = at(`${id}-section`)
  if (section) section.hidden = elements.length === 0
}

function show({ status, peers, health, l2, askers }) {
  document.title = `${status.node} · herald`
  at('node').textContent = status.node
  const service = status.service === 'in-service' ? '' : ` · ${status.service}`
  at('about').textContent = `herald ${status.version} · up ${duration(status.uptimeSeconds)}${service}`
  fill('peers', peers.map(peerCard))
  fill('l2', l2.map(addressCard))
  fill('askers', askers.map(askerRow))
  fill('health', health.map(healthCard))
  const { configured, runTime, prefixes } = status.announcements
  const told = peers.filter(({ sessionState }) => sessionState === 'established')
  at('announcements').replaceChildren(
    card(
      'good',
      `${plural(prefixes, 'prefix', 'es')} by BGP`,
      '',
      line(
        `${plural(configured, 'announcement')} of the file, ${plural(runTime, 'prefix', 'es')} announced at run time`,
      ),
      ...told.map(({ name, families }) =>
        line(`${name}: ${count(families.reduce((sum, { advertised }) => sum + advertised, 0))} advertised`),
      ),
    ),
  )
}

async function refresh() {
  try {
    const answer = await fetch('/state', { cache: 'no-store' })
    if (!answer.ok) throw new Error(`herald answers ${answer.status}`)
    show(await answer.json())
    at('link').textContent = 'live'
    at('link').style.color = 'var(--good)'
  } catch (error) {
    at('link').textContent = `no answer: ${error.message}`
    at('link').style.color = 'var(--bad)'
  }
}

function follow() {
  const events = new EventSource('/events')
  events.onmessage = ({ data }) => {
    const { at: when, text, peer, kind } = JSON.parse(data)
    const time = make('time', '', clock(when))
    const item = make('li', '', time, ` ${kind === 'peer-state' && peer ? `${peer}: ` : ''}${text}`)
    const list = at('events')
    list.querySelector('.none')?.remove()
    list.prepend(item)
    while (list.children.length > MOST_EVENTS) list.lastChild.remove()
    void refresh()
  }
}

// What nobody looks at is not asked for.
setInterval(() => document.hidden || void refresh(), EVERY_MS)
void refresh()
follow()
