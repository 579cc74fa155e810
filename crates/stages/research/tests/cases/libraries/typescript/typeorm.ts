import { Entity, Column, ManyToOne, OneToMany, PrimaryGeneratedColumn, DataSource } from 'typeorm';
@Entity('orders')
export class Order {
  @PrimaryGeneratedColumn() id: number;
  @Column({ nullable: true }) note?: string;
  @ManyToOne(() => Customer, (customer) => customer.orders) customer: Customer;
  @OneToMany(() => Line, (line) => line.order) lines: Line[];
}
export const source = new DataSource({ type: 'postgres', host: 'db', port: 5432, database: 'shop' });
