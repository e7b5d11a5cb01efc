import { formatSeconds } from '../../../net/duration.js'
import type { Certainty, Diagnosis, DoctorReport, PeerDiagnoses } from '../../control/api/doctor.js'
import { type Paint, printable, type Style } from '../style.js'
import { indented } from '../table.js'

/** `herald doctor`: the node, then each peer, with what is wrong, most certain first, and what to change where. */
export function doctorView({ node, lan, peers }: DoctorReport, paint: Paint): string {
  const sections = [
    section('This node', node, paint),
    ...(lan === undefined ? [] : [section('On the LAN', lan, paint)]),
    ...peers.map((peer) => peerSection(peer, paint)),
  ]
  return sections.join('\n')
}

function peerSection(peer: PeerDiagnoses, paint: Paint): string {
  const next =
    peer.nextAttemptSeconds === undefined || peer.sessionState === 'established'
      ? ''
      : `, next attempt in ${formatSeconds(peer.nextAttemptSeconds)}`
  const title = printable(`${peer.peer} (${peer.address}): ${peer.sessionState}${next}`)
  return section(title, peer.diagnoses, paint)
}

function section(title: string, diagnoses: readonly Diagnosis<string>[], paint: Paint): string {
  const body =
    diagnoses.length === 0
      ? `${paint('good', 'nothing is wrong')}\n`
      : diagnoses.map((diagnosis) => diagnosisView(diagnosis, paint)).join('')
  return `${paint('heading', title)}\n${indented(body)}`
}

const styles: Readonly<Record<Certainty, Style>> = { certain: 'bad', likely: 'bad', possible: 'busy' }

function diagnosisView({ cause, certainty, text, here, there }: Diagnosis<string>, paint: Paint): string {
  const lines = [
    `${paint(styles[certainty], `${certainty}: ${cause}`)}`,
    `  ${printable(text)}`,
    ...(here === undefined ? [] : [`  here:  ${printable(here)}`]),
    ...(there === undefined ? [] : [`  there: ${printable(there)}`]),
  ]
  return `${lines.join('\n')}\n`
}
