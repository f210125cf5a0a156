import { describe, expect, it } from 'vitest'
import { openCases } from '../../../../electron/case-files.ts'
import { openGuide } from '../../../../electron/guide-files.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { ageInYears } from '../../../../models/practice/age.ts'
import { Orders, resultLines } from '../../../../models/practice/orders/orders.ts'

const base = openKnowledge('resources')
const guide = openGuide('resources', base)
const orders = new Set([...base.findings.values()].flatMap((each) => ('order' in each ? [each.order] : [])))

const heardIn = (text: string, person = { age: 40, sex: 'female' as 'female' | 'male' }) =>
  new Map(
    guide
      .hear([{ speaker: 'result', text }], person)
      .evidence.map(({ finding, present }) => [finding, present]),
  )

describe('results that a case is silent about', () => {
  it.each(
    openCases('resources/cases/training', base.names).map((practice) => [practice.id, practice] as const),
  )('are heard as nothing in %s', (_, practice) => {
    const person = { age: ageInYears(practice), sex: practice.patient.sex }
    const usual = new Orders(practice)
    for (const order of orders)
      for (const result of usual.result(order)) {
        if (result.fromCase || !result.known) continue
        const text = resultLines([result])
        const present = [...heardIn(text, person)].flatMap(([finding, is]) =>
          is && finding !== 'pregnancy-test-positive' ? [finding] : [],
        )
        expect(present, text).toEqual([])
      }
  })
})

it('a pregnancy test is positive where the case is of a pregnant woman, and negative in others', () => {
  const results = new Map(
    openCases('resources/cases/training', base.names).map((practice) => [
      practice.id,
      new Orders(practice).result('pregnancy test').map(({ finding }) => finding),
    ]),
  )
  expect(results.get('obgyn-bright-red-01')).toEqual(['Positive.'])
  expect(results.get('obgyn-itching-01')).toEqual(['Negative.'])
})

describe('what a line is of', () => {
  it.each([
    ['Serum urate: 542 µmol/L (target below 360).', 'ultrasound-target-sign'],
    ['Perineum: Reduced pinprick in the saddle area.', 'ecg-saddle-shaped-st'],
    ['Vaginal swab: Candida albicans grown.', 'blood-culture-positive'],
    ['Chest X-ray: Small right effusion.', 'joint-hot-effusion'],
    ['Lumbar puncture: 1 white cell/µL.', 'white-cells-low'],
    ['Ferritin: Ferritin 58 µg/L, transferrin saturation 27 %.', 'fast-breathing'],
    ['Iron studies: Transferrin saturation 62 %.', 'low-oxygen'],
    ['Visual acuity: 20/40 in the right eye.', 'low-blood-pressure'],
    ['Vitamin B12: 410 ng/L.', 'vitamin-b12-low'],
    ['Aortic ultrasound: Aorta 1.9 cm, normal.', 'ultrasound-aorta-wide'],
  ])('%s says nothing of %s', (text, finding) => {
    expect(heardIn(text).get(finding) ?? false).toBe(false)
  })

  it.each([
    ['Coeliac antibodies: 120 U/mL (reference below 10).', 'coeliac-antibodies'],
    ['Throat swab: Positive.', 'throat-swab-strep'],
    [
      'Acetylcholine receptor antibodies: 9.8 nmol/L (reference below 0.4).',
      'acetylcholine-receptor-antibodies',
    ],
    ['MRI of the lumbar spine: Large central disc compressing the cauda equina.', 'mri-cauda-compression'],
    ['Vitamin B12: Vitamin B12 110 ng/L.', 'vitamin-b12-low'],
  ])('%s shows %s', (text, finding) => {
    expect(heardIn(text).get(finding)).toBe(true)
  })

  it('of one thing that is not there says so', () => {
    expect(heardIn('Throat swab: Negative.').get('throat-swab-strep')).toBe(false)
    expect(heardIn('Carboxyhaemoglobin: 1.2% (reference below 3%).').get('carboxyhaemoglobin-raised')).toBe(
      false,
    )
  })

  it('of blood flow that is not there shows the twist', () => {
    const boy = { age: 14, sex: 'male' as const }
    expect(
      heardIn('Scrotal ultrasound: No blood flow to the left testis.', boy).get('testicular-doppler-no-flow'),
    ).toBe(true)
  })
})

describe('numbers in the units of other countries', () => {
  it.each([
    ['Glucose: 320 mg/dL', 'glucose-high', true],
    ['Glucose: 95 mg/dL', 'glucose-high', false],
    ['Full blood count: Hb 9.8 g/dL', 'haemoglobin-low', true],
    ['Full blood count: WBC 13,500/µL', 'white-cells-raised', true],
    ['Full blood count: platelets 250,000/mm3', 'platelets-low', false],
    ['Creatinine: 2.4 mg/dL', 'creatinine-raised', true],
    ['HbA1c: 9.1 %', 'hba1c-raised', true],
    ['Calcium: 9.4 mg/dL', 'calcium-raised', false],
    ['Troponin: 0.8 ng/mL', 'troponin-raised', true],
    ['D-dimer: 2.3 mg/L', 'd-dimer-raised', true],
    ['Temperature 101.5 °F', 'temperature-raised', true],
    ['Temperature 98.6 F', 'temperature-raised', false],
    ['Temperature 38.9 °C with a 16 F catheter in place', 'temperature-raised', true],
  ] as const)('%s', (text, finding, present) => {
    expect(heardIn(text).get(finding)).toBe(present)
  })
})
